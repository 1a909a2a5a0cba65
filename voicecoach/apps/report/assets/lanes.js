// The call over time: waveforms, events, pitch, loudness and pace, on one canvas that zooms and pans.

const RULER = 22; // heights in CSS pixels
const PITCH_RANGE_ST = 9; // drawn above and below the own median
const LEVEL_RANGE_DB = 15;
const PACE_RANGE = { wpm: [60, 240], sps: [2, 7] };
const USUAL_PACE = { wpm: [120, 160], sps: [4, 6] }; // the bands of docs/rubric.md
const SHORTEST_VIEW_S = 2;
const LABELLED_SILENCE_S = 3;
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
  { label: "Overlaps, silence", height: 28, draw: drawEvents },
  { label: "Evidence", height: 26, draw: drawEvidence },
  { label: "Pitch", unit: "semitones", height: 88, draw: drawPitch },
  { label: "Loudness", unit: "dB", height: 68, draw: drawLevel },
  { label: "Pace", unit: paceUnit === "wpm" ? "words/min" : "syllables/s", height: 68, draw: drawPace },
];

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

/** A lane's level line for each value in `marks`, the first of them solid. */
function drawScale(lane, toY, marks, text) {
  const { context, colors } = stage;
  context.strokeStyle = colors.line;
  marks.forEach((value, index) => {
    const y = Math.round(toY(value)) + 0.5;
    context.setLineDash(index ? [2, 3] : []);
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(stage.width, y);
    context.stroke();
    label(text(value), stage.width - 4, { top: y - 7, height: 14 }, colors.muted, "right");
  });
  context.setLineDash([]);
}

function signedText(value) {
  return value > 0 ? `+${value}` : value < 0 ? `−${-value}` : "0";
}

function drawPitch(lane) {
  const { context, colors } = stage;
  const toY = (st) => lane.top + lane.height * (0.5 - st / (2 * PITCH_RANGE_ST + 2));
  drawScale(lane, toY, [0, 6, -6], signedText);
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
      const top = toY(clamp(high * PITCH_STEP_ST, -PITCH_RANGE_ST, PITCH_RANGE_ST));
      const bottom = toY(clamp(low * PITCH_STEP_ST, -PITCH_RANGE_ST, PITCH_RANGE_ST));
      context.fillRect(x, top - 1, Math.max(1.5, width), bottom - top + 2);
    });
  }
}

function drawLevel(lane) {
  const { context, colors } = stage;
  const toY = (db) => lane.top + lane.height * (0.5 - db / (2 * LEVEL_RANGE_DB + 4));
  drawScale(lane, toY, [0, 6, -6], signedText);
  for (const speaker of call.speakers) {
    if (speaker.normalLevel === null) continue;
    speaker.voiced ??= speechMask(speaker.speech, speaker.step, speaker.level.length);
    context.strokeStyle = colors[speaker.name];
    context.lineWidth = 1.5;
    context.beginPath();
    let open = false;
    eachColumn(speaker.step, speaker.level.length, (x, width, first, end) => {
      let sum = 0;
      let count = 0;
      for (let index = first; index < end; index += 1) {
        if (!speaker.voiced[index]) continue;
        sum += speaker.level[index] * LEVEL_STEP_DB + LEVEL_FLOOR_DBFS;
        count += 1;
      }
      const y = toY(clamp(sum / count - speaker.normalLevel, -LEVEL_RANGE_DB, LEVEL_RANGE_DB));
      if (count && open) context.lineTo(x + width / 2, y);
      else if (count) context.moveTo(x + width / 2, y);
      open = count > 0;
    });
    context.stroke();
    context.lineWidth = 1;
  }
}

function drawPace(lane) {
  const { context, colors } = stage;
  const [slow, fast] = PACE_RANGE[paceUnit];
  const [low, high] = USUAL_PACE[paceUnit];
  const toY = (pace) => lane.top + lane.height - ((clamp(pace, slow, fast) - slow) / (fast - slow)) * lane.height;
  context.fillStyle = colors.band;
  context.fillRect(0, toY(high), stage.width, toY(low) - toY(high));
  drawScale(lane, toY, [high, low], String);
  for (const turn of call.turns) {
    const pace = turn[paceUnit];
    const [from, to] = turn.span;
    if (pace === null || to < view.from || from > view.to) continue;
    context.fillStyle = colors[call.speakers[turn.speaker].name];
    context.fillRect(toX(from), toY(pace) - 2, Math.max(3, toX(to) - toX(from)), 4);
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
  const ratio = window.devicePixelRatio || 1;
  stage.width = canvas.clientWidth;
  canvas.width = Math.round(stage.width * ratio);
  canvas.height = Math.round(stage.height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  drawRuler();
  for (const lane of LANES) {
    context.strokeStyle = stage.colors.line;
    context.strokeRect(-1, Math.round(lane.top) + 0.5, stage.width + 2, 0);
    lane.draw(lane);
  }
  placeCursor(player.at);
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
  for (const name of ["ink", "muted", "faint", "line", "surface", "band", "trainee", "caller", "unseparated", "good", "bad"]) {
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
    if (speaker.normalLevel !== null && speaker.voiced?.[index]) {
      const db = speaker.level[index] * LEVEL_STEP_DB + LEVEL_FLOOR_DBFS - speaker.normalLevel;
      facts.push(`${signedText(Math.round(db))} dB`);
    }
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
  let top = RULER;
  for (const lane of LANES) {
    lane.top = top;
    top += lane.height;
    const text = holder.appendChild(document.createElement("p"));
    text.className = `lane-label ${lane.kind ?? ""}`;
    text.style.top = `${lane.top}px`;
    text.textContent = lane.label;
    if (lane.unit) text.appendChild(document.createElement("small")).textContent = lane.unit;
  }
  stage.height = top;
  stage.canvas.style.height = `${top}px`;
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
