// The call over time: waveforms, events, pitch, loudness and pace, on one canvas that zooms and pans.

const RULER = 22; // heights and widths in CSS pixels
const AXIS = 34; // right of the plot, for the numbers of the scales
const NARROW = matchMedia("(max-width: 40rem)"); // report.css has the same: labels above their lane
const LABEL_STRIP = 18;
const PACE_RANGE = { wpm: [60, 240], sps: [2, 7] };
const USUAL_PACE = { wpm: [120, 160], sps: [4, 6] }; // the bands of docs/rubric.md
const SHORTEST_VIEW_S = 2;
const LABELLED_SILENCE_S = 3;
const SMOOTHED_STEPS = 4; // loudness is averaged over so many 50 ms steps to either side: about a word
const QUIETEST_DB = -15; // quieter moments inside speech are closures of consonants, not loudness
const LETTERS = { competitive: "I", cooperative: "C", backchannel: "B", terminal: "T" };
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

/** Whether each step of a grid lies in a run of speech. */
function speechMask(runs, step, count) {
  const mask = new Uint8Array(count);
  for (const [from, to] of runs) mask.fill(1, Math.floor(from / step), Math.ceil(to / step));
  return mask;
}

function toX(at) {
  return ((at - view.from) / (view.to - view.from)) * stage.width;
}

function toTime(x) {
  return view.from + (x / stage.width) * (view.to - view.from);
}

/** Calls `visit(x, width, first, end)` for each column of pixels that the steps of a grid fall in. */
function eachColumn(step, count, visit) {
  const perStep = (step / (view.to - view.from)) * stage.width;
  const last = Math.min(count, Math.ceil(view.to / step));
  let first = Math.max(0, Math.floor(view.from / step));
  const stride = Math.max(1, Math.ceil(1 / perStep));
  first -= first % stride; // columns stay put while the view moves
  for (; first < last; first += stride) {
    visit(toX(first * step), Math.max(1, perStep * stride), first, Math.min(first + stride, last));
  }
}

function drawWave(lane, speaker) {
  const { context, colors } = stage;
  const middle = lane.top + (lane.height - 8) / 2;
  const half = (lane.height - 12) / 2;
  speaker.spoken ??= speechMask(speaker.speech, call.peakStep, speaker.peaks.length);
  eachColumn(call.peakStep, speaker.peaks.length, (x, width, first, end) => {
    let peak = 0;
    let spoken = 0;
    for (let index = first; index < end; index += 1) {
      if (speaker.peaks[index] > peak) peak = speaker.peaks[index];
      spoken |= speaker.spoken[index];
    }
    const reach = Math.max(0.5, (peak / loudest) ** 2 * half); // packed as the square root
    context.fillStyle = spoken ? colors[speaker.name] : colors.faint;
    context.fillRect(x, middle - reach, width, 2 * reach);
  });
  context.fillStyle = colors[speaker.name];
  for (const [from, to] of visible(speaker.speech)) {
    context.fillRect(toX(from), lane.top + lane.height - 6, Math.max(1, toX(to) - toX(from)), 3);
  }
}

function visible(spans) {
  return spans.filter(([from, to]) => to > view.from && from < view.to);
}

function drawEvents(lane) {
  const { context, colors } = stage;
  for (const [from, to] of visible(call.silences)) {
    if (to - from < LABELLED_SILENCE_S) continue;
    const width = toX(to) - toX(from);
    hatch(toX(from), lane.top + 5, width, lane.height - 10, colors.faint);
    const text = `${Math.round((to - from) * 10) / 10} s`;
    if (width > context.measureText(text).width + 12) label(text, toX(from) + width / 2, lane, colors.muted, "center");
  }
  const overlaps = visible(call.overlaps);
  for (const overlap of overlaps.filter(([, , , kind]) => kind !== "competitive")) drawOverlap(lane, overlap);
  for (const overlap of overlaps.filter(([, , , kind]) => kind === "competitive")) drawOverlap(lane, overlap);
}

function drawOverlap(lane, [from, to, , kind]) {
  const { context, colors } = stage;
  const width = Math.max(16, toX(to) - toX(from));
  const [x, y, height] = [toX(from), lane.top + 4, lane.height - 8];
  const strong = kind === "competitive";
  context.fillStyle = strong ? colors.bad : colors.surface;
  context.fillRect(x, y, width, height);
  if (kind === "cooperative") hatch(x, y, width, height, colors.faint);
  context.strokeStyle = strong ? colors.bad : colors.muted;
  context.setLineDash(kind === "backchannel" ? [2, 2] : []);
  context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  context.setLineDash([]);
  label(LETTERS[kind], x + width / 2, lane, strong ? colors.surface : colors.ink, "center");
}

function drawEvidence(lane) {
  const { context, colors } = stage;
  for (const [from, to, worth] of visible(call.evidence)) {
    const [left, right] = [toX(from), toX(to)];
    context.fillStyle = worth > 0 ? colors.good : colors.bad;
    context.fillRect(left, lane.top + lane.height - 6, Math.max(2, right - left), 2);
    label(worth > 0 ? "+" : "−", clamp(left + 5, 5, stage.width - 5), lane, context.fillStyle, "center");
  }
}

/** Level lines of a lane, the first of them solid, with their values right of the plot. */
function drawScale(lane) {
  const { context, colors } = stage;
  context.strokeStyle = colors.line;
  lane.scale.forEach((value, index) => {
    const y = Math.round(toY(lane, value)) + 0.5;
    context.setLineDash(index ? [2, 3] : []);
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(stage.width, y);
    context.stroke();
    const text = lane.range[0] < 0 ? signedText(value) : String(value);
    label(text, stage.width + AXIS, { top: y - 7, height: 14 }, colors.muted, "right");
  });
  context.setLineDash([]);
}

function signedText(value) {
  return value > 0 ? `+${value}` : value < 0 ? `−${-value}` : "0";
}

function drawPitch(lane) {
  const { context, colors } = stage;
  for (const speaker of call.speakers) {
    if (speaker.pitch === null) continue;
    context.fillStyle = colors[speaker.name];
    eachColumn(speaker.step, speaker.pitch.length, (x, width, first, end) => {
      let low = Infinity;
      let high = -Infinity;
      for (let index = first; index < end; index += 1) {
        if (speaker.pitch[index] === UNVOICED) continue;
        low = Math.min(low, speaker.pitch[index]);
        high = Math.max(high, speaker.pitch[index]);
      }
      if (low > high) return;
      const [top, bottom] = [toY(lane, high * PITCH_STEP_ST), toY(lane, low * PITCH_STEP_ST)];
      context.fillRect(x, top - 1.25, Math.max(2.5, width), bottom - top + 2.5);
    });
  }
}

/** Level against the own median, in dB, smoothed; NaN where the speaker is silent. */
function loudness(speaker) {
  const { level, normalLevel, step } = speaker;
  const spoken = speechMask(speaker.speech, step, level.length);
  const smooth = new Float32Array(level.length).fill(NaN);
  for (let index = 0; index < level.length; index += 1) {
    if (!spoken[index]) continue;
    let sum = 0;
    let count = 0;
    const last = Math.min(index + SMOOTHED_STEPS, level.length - 1);
    for (let near = Math.max(0, index - SMOOTHED_STEPS); near <= last; near += 1) {
      const db = level[near] * LEVEL_STEP_DB + LEVEL_FLOOR_DBFS - normalLevel;
      if (!spoken[near] || db < QUIETEST_DB) continue;
      sum += db;
      count += 1;
    }
    if (count) smooth[index] = sum / count;
  }
  return smooth;
}

function drawLevel(lane) {
  const { context, colors } = stage;
  context.lineWidth = 2;
  context.lineJoin = "round";
  for (const speaker of call.speakers) {
    if (speaker.normalLevel === null) continue;
    speaker.loudness ??= loudness(speaker);
    context.strokeStyle = colors[speaker.name];
    context.beginPath();
    let open = false;
    eachColumn(speaker.step, speaker.loudness.length, (x, width, first, end) => {
      let sum = 0;
      let count = 0;
      for (let index = first; index < end; index += 1) {
        if (Number.isNaN(speaker.loudness[index])) continue;
        sum += speaker.loudness[index];
        count += 1;
      }
      if (count && open) context.lineTo(x + width / 2, toY(lane, sum / count));
      else if (count) context.moveTo(x + width / 2, toY(lane, sum / count));
      open = count > 0;
    });
    context.stroke();
  }
  context.lineWidth = 1;
}

function drawPace(lane) {
  const { context, colors } = stage;
  const [low, high] = USUAL_PACE[paceUnit];
  context.fillStyle = colors.band;
  context.fillRect(0, toY(lane, high), stage.width, toY(lane, low) - toY(lane, high));
  for (const turn of call.turns) {
    const pace = turn[paceUnit];
    const [from, to] = turn.span;
    if (pace === null || to < view.from || from > view.to) continue;
    context.fillStyle = colors[call.speakers[turn.speaker].name];
    context.fillRect(toX(from), toY(lane, pace) - 2, Math.max(3, toX(to) - toX(from)), 4);
  }
}

function hatch(x, y, width, height, color) {
  const { context } = stage;
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = color;
  context.beginPath();
  for (let left = Math.max(x, -height) - height; left < Math.min(x + width, stage.width); left += 6) {
    context.moveTo(left, y + height);
    context.lineTo(left + height, y);
  }
  context.stroke();
  context.restore();
}

function label(text, x, lane, color, align) {
  const { context } = stage;
  context.fillStyle = color;
  context.textAlign = align;
  context.textBaseline = "middle";
  context.fillText(text, x, lane.top + lane.height / 2);
}

function drawRuler() {
  const { context, colors } = stage;
  const wanted = ((view.to - view.from) * 90) / stage.width; // one label every 90 px or so
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600];
  const step = steps.find((each) => each >= wanted) ?? 7200;
  context.strokeStyle = colors.line;
  for (let index = Math.ceil(view.from / step); index * step <= view.to; index += 1) {
    const x = Math.round(toX(index * step)) + 0.5;
    context.beginPath();
    context.moveTo(x, RULER - 6);
    context.lineTo(x, stage.height);
    context.stroke();
    const text = clockText(index * step, step < 1 ? 1 : 0);
    const edge = x < 20 ? "left" : x > stage.width - 20 ? "right" : "center";
    label(text, x, { top: 0, height: RULER - 6 }, colors.muted, edge);
  }
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

/** A wash behind all lanes wherever somebody took the floor: what it did to voice and pace is read off below. */
function drawInterruptions() {
  const { context, colors } = stage;
  context.fillStyle = colors["bad-wash"];
  for (const [from, to, , kind] of visible(call.overlaps)) {
    if (kind !== "competitive") continue;
    const left = Math.max(0, toX(from));
    context.fillRect(left, RULER, Math.min(stage.width, Math.max(toX(to), toX(from) + 2)) - left, stage.height);
  }
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
