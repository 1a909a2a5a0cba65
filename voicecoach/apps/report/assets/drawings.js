// What each lane shows. Every function draws inside the box of its lane, on the stage of lanes.js.

const LABELLED_SILENCE_S = 3;
const SMOOTHED_STEPS = 4; // loudness is averaged over so many 50 ms steps to either side: about a word
const QUIETEST_DB = -15; // quieter moments inside speech are closures of consonants, not loudness
const LETTERS = { competitive: "I", cooperative: "C", backchannel: "B", terminal: "T" };

/** Whether each step of a grid lies in a run of speech. */
function speechMask(runs, step, count) {
  const mask = new Uint8Array(count);
  for (const [from, to] of runs) mask.fill(1, Math.floor(from / step), Math.ceil(to / step));
  return mask;
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
