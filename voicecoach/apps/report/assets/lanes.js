// The call over time: waveforms, events, pitch, loudness and pace, on one canvas that zooms and pans.

const RULER = 22; // heights and widths in CSS pixels
const AXIS = 34; // right of the plot, for the numbers of the scales
const NARROW = matchMedia("(max-width: 40rem)"); // report.css has the same: labels above their lane
const LABEL_STRIP = 18;
const PACE_RANGE = { wpm: [60, 240], sps: [2, 7] };
const USUAL_PACE = { wpm: [120, 160], sps: [4, 6] }; // the bands of docs/rubric.md
const SHORTEST_VIEW_S = 2;
const SPEAKER_NAMES = { trainee: "Trainee", caller: "Caller", unseparated: "Speakers" };

const paceUnit = call.turns.some((turn) => turn.wpm !== null) ? "wpm" : "sps";
const loudest = call.speakers.reduce(
  (most, { peaks }) => peaks.reduce((high, peak) => Math.max(high, peak), most),
  32, // near silence stays flat
);
const view = { from: 0, to: Math.max(call.duration, SHORTEST_VIEW_S) };
const stage = { canvas: null, context: null, cursor: null, width: 0, height: 0, colors: {} };

const LANES = [
  ...call.speakers.map((speaker) => ({
    label: SPEAKER_NAMES[speaker.name],
    kind: speaker.name,
    height: 58,
    draw: (lane) => drawWave(lane, speaker),
  })),
  ...(call.mood
    ? [
        {
          label: "Anger",
          unit: call.mood.caller,
          kind: "caller",
          height: 130,
          scale: call.mood.bands.slice(1).map(([, from]) => from),
          range: [0, MOST_ANGER],
          draw: drawMood,
          moment: moodMoment,
        },
      ]
    : []),
  { label: "Events", height: 28, draw: drawEvents },
  { label: "Evidence", height: 26, draw: drawEvidence },
  { label: "Pitch", unit: "semitones", height: 92, scale: [0, 6, -6], range: [-9, 9], draw: drawPitch },
  { label: "Loudness", unit: "dB", height: 72, scale: [0, 6, -6], range: [-13, 13], draw: drawLevel },
  {
    label: "Pace",
    unit: paceUnit === "wpm" ? "words/min" : "syllables/s",
    height: 72,
    scale: USUAL_PACE[paceUnit],
    range: PACE_RANGE[paceUnit],
    draw: drawPace,
  },
];

/** Where a value stands in a lane with a scale; values beyond its range stand at its edge. */
function toY(lane, value) {
  const [low, high] = lane.range;
  return lane.top + lane.height * (1 - (clamp(value, low, high) - low) / (high - low));
}

function toX(at) {
  return ((at - view.from) / (view.to - view.from)) * stage.width;
}

function toTime(x) {
  return view.from + (x / stage.width) * (view.to - view.from);
}

function draw() {
  const { canvas, context } = stage;
  layOut();
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round((stage.width + AXIS) * ratio);
  canvas.height = Math.round(stage.height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  drawInterruptions();
  drawRuler();
  for (const lane of LANES) {
    context.strokeStyle = stage.colors.line;
    context.strokeRect(-1, Math.round(lane.top) + 0.5, stage.width + 1, 0);
    if (lane.scale) drawScale(lane);
    context.save();
    context.beginPath();
    context.rect(0, lane.top, stage.width, lane.height);
    context.clip();
    lane.draw(lane);
    context.restore();
  }
  placeCursor(player.at);
}

/** Heights and labels for the width there is: labels stand beside their lane, or above it on a phone. */
function layOut() {
  const { canvas } = stage;
  const narrow = NARROW.matches;
  stage.width = canvas.clientWidth - AXIS;
  let top = RULER;
  for (const lane of LANES) {
    top += narrow ? LABEL_STRIP : 0;
    lane.top = top;
    lane.text.style.top = `${narrow ? top - LABEL_STRIP : top}px`;
    top += lane.height;
  }
  stage.height = top;
  canvas.style.height = `${top}px`;
}

function placeCursor(at) {
  const x = toX(at);
  stage.cursor.style.transform = `translateX(${x}px)`;
  stage.cursor.hidden = x < 0 || x > stage.width;
}

/** Show `from` to `to`, kept inside the call. */
function show(from, to) {
  const span = clamp(to - from, SHORTEST_VIEW_S, Math.max(call.duration, SHORTEST_VIEW_S));
  view.from = clamp(from, 0, Math.max(0, call.duration - span));
  view.to = view.from + span;
  byId("zoom-fit").disabled = byId("zoom-out").disabled = span >= call.duration;
  requestAnimationFrame(draw);
}

/** Zoom in by `factor` (out below 1) around the time `center`. */
function zoom(factor, center = clamp(player.at, view.from, view.to)) {
  const share = (center - view.from) / (view.to - view.from);
  const span = Math.min((view.to - view.from) / factor, Math.max(call.duration, SHORTEST_VIEW_S));
  show(center - share * span, center + (1 - share) * span);
}

function readColors() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["ink", "muted", "faint", "line", "surface", "band", "bad-wash", "trainee", "caller", "unseparated", "good", "bad"]) {
    stage.colors[name] = style.getPropertyValue(`--${name}`).trim();
  }
}

/** What lies under the pointer: the moment to play, if it is one. */
function momentAt(x, y) {
  const at = toTime(x);
  const lane = LANES.find(({ top, height }) => y >= top && y < top + height);
  const wide = (spans) => spans.findLast(([from, to]) => x >= toX(from) - 2 && x <= Math.max(toX(to), toX(from) + 16));
  if (lane?.moment) return lane.moment(lane, x, y);
  if (lane?.draw === drawEvents) {
    const overlap = wide(call.overlaps);
    if (overlap) return { from: overlap[0], to: overlap[1], name: overlap[4] };
    const silence = call.silences.find(([from, to]) => at >= from && at < to);
    if (silence) return { from: silence[0], to: silence[1], name: "Silence" };
  }
  const evidence = lane?.draw === drawEvidence && wide(call.evidence);
  return evidence ? { from: evidence[0], to: evidence[1], name: evidence[3] } : null;
}

function readout(x, y) {
  const at = toTime(x);
  const parts = [clockText(at, 1)];
  for (const speaker of call.speakers) {
    const index = Math.floor(at / speaker.step);
    const facts = [];
    const pitch = speaker.pitch?.[index] ?? UNVOICED;
    if (pitch !== UNVOICED) facts.push(`${signedText(Math.round(pitch * PITCH_STEP_ST * 10) / 10)} st`);
    const db = speaker.loudness?.[index] ?? NaN;
    if (!Number.isNaN(db)) facts.push(`${signedText(Math.round(db))} dB`);
    const turn = call.turns.findLast(
      ({ span, speaker: who }) => call.speakers[who] === speaker && at >= span[0] && at < span[1],
    );
    if (turn && turn[paceUnit] !== null) facts.push(`${Math.round(turn[paceUnit] * 10) / 10} ${paceUnit === "wpm" ? "wpm" : "syll/s"}`);
    if (facts.length) parts.push(`${SPEAKER_NAMES[speaker.name]} ${facts.join(", ")}`);
  }
  const moment = momentAt(x, y);
  if (moment) parts.push(moment.name);
  byId("readout").textContent = parts.join("  ·  ");
}

function connectPointer() {
  const { canvas } = stage;
  let held = null; // where a drag began
  canvas.addEventListener("pointerdown", (event) => {
    held = { x: event.offsetX, from: view.from, moved: false };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    readout(event.offsetX, event.offsetY);
    if (!held) return;
    held.moved ||= Math.abs(event.offsetX - held.x) > 4;
    if (!held.moved) return;
    const by = ((held.x - event.offsetX) / stage.width) * (view.to - view.from);
    show(held.from + by, held.from + by + view.to - view.from);
  });
  canvas.addEventListener("pointerup", (event) => {
    if (held && !held.moved) {
      const moment = momentAt(event.offsetX, event.offsetY);
      if (moment) player.playMoment(moment.from, moment.to, moment.name);
      else player.playFrom(toTime(event.offsetX));
    }
    held = null;
  });
  canvas.addEventListener("pointercancel", () => (held = null));
  canvas.addEventListener("pointerleave", () => (byId("readout").textContent = ""));
  canvas.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // plain wheel scrolls the page
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 300), toTime(event.offsetX));
    },
    { passive: false },
  );
}

function buildStage() {
  const holder = byId("lanes");
  stage.canvas = holder.appendChild(document.createElement("canvas"));
  stage.canvas.setAttribute("role", "img");
  stage.canvas.setAttribute("aria-label", "Waveforms, overlaps, pitch, loudness and pace; listed in words below");
  stage.context = stage.canvas.getContext("2d");
  stage.cursor = holder.appendChild(document.createElement("div"));
  stage.cursor.className = "cursor";
  for (const lane of LANES) {
    lane.text = holder.appendChild(document.createElement("p"));
    lane.text.className = `lane-label ${lane.kind ?? ""}`;
    lane.text.textContent = lane.label;
    if (lane.unit) lane.text.appendChild(document.createElement("small")).textContent = lane.unit;
  }
  layOut();
}

function connectLanes() {
  byId("timeline").hidden = false;
  buildStage();
  readColors();
  connectPointer();
  byId("zoom-in").addEventListener("click", () => zoom(2));
  byId("zoom-out").addEventListener("click", () => zoom(1 / 2));
  byId("zoom-fit").addEventListener("click", () => show(0, call.duration));
  new ResizeObserver(() => requestAnimationFrame(draw)).observe(stage.canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    readColors();
    draw();
  });
  player.listeners.push((at) => {
    const span = view.to - view.from;
    if (at < view.from || at > view.to) show(at - span * 0.1, at + span * 0.9);
    else placeCursor(at);
  });
  show(0, call.duration);
}
