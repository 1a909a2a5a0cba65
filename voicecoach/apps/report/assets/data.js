"use strict";
// What the page shows, read once. Times are seconds from the start of the call.
// The packing is undone here; voicecoach/apps/report/lanes.py does it, with the same steps.

const PITCH_STEP_ST = 0.25;
const LEVEL_STEP_DB = 0.5;
const LEVEL_FLOOR_DBFS = -100;
const UNVOICED = -128;

const call = JSON.parse(byId("lanes-data").textContent);
for (const speaker of call.speakers) {
  speaker.peaks = unpacked(speaker.peaks, Uint8Array);
  speaker.pitch = speaker.pitch === null ? null : unpacked(speaker.pitch, Int8Array);
  speaker.level = unpacked(speaker.level, Uint8Array);
}

function byId(id) {
  return document.getElementById(id);
}

/** Numbers from base64 bytes. */
function unpacked(base64, Kind) {
  return new Kind(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer);
}

/** Index of the last item of a sorted list that starts at or before `at`; -1 when none does. */
function lastAt(count, startOf, at) {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startOf(middle) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** 4:07, or 1:02:03 from an hour on. */
function clockText(at, digits = 0) {
  const unit = 10 ** digits;
  const whole = Math.floor(at * unit + 1e-6);
  const seconds = Math.floor(whole / unit);
  const hours = Math.floor(seconds / 3600);
  const two = (value) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60) % 60;
  const text = hours ? `${hours}:${two(minutes)}` : `${minutes}`;
  return `${text}:${two(seconds % 60)}` + (digits ? `.${whole % unit}` : "");
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
