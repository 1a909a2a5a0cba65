// The caller's anger over time, as a step line over named bands; a call that is tried again has the first one beside it.

const DOT = 4; // radius and reach of a change, in CSS pixels
const REACH = 9;
const MOST_ANGER = 104; // room for the name of the highest band

function drawMood(lane) {
  const { context, colors } = stage;
  call.mood.bands.forEach(([name, from], index) => {
    const to = call.mood.bands[index + 1]?.[1] ?? MOST_ANGER;
    const [top, bottom] = [toY(lane, to), toY(lane, from)];
    if (index % 2) {
      context.fillStyle = colors.band;
      context.fillRect(0, top, stage.width, bottom - top);
    }
  });
  if (call.mood.earlier) drawEarlier(lane, call.mood.earlier);
  context.strokeStyle = context.fillStyle = colors.caller;
  context.lineWidth = 2;
  drawSteps(lane, call.mood.now, call.duration);
  context.lineWidth = 1;
  context.fillStyle = colors.caller;
  for (const [at, anger] of call.mood.now.steps) {
    context.beginPath();
    context.arc(toX(at), toY(lane, anger), DOT, 0, 2 * Math.PI);
    context.fill();
  }
  drawBandNames(lane);
}

/** Names over the lines, each on a ground of its own. */
function drawBandNames(lane) {
  const { context, colors } = stage;
  call.mood.bands.forEach(([name, from], index) => {
    const middle = (toY(lane, from) + toY(lane, call.mood.bands[index + 1]?.[1] ?? MOST_ANGER)) / 2;
    context.fillStyle = index % 2 ? colors.band : colors.surface;
    context.fillRect(0, middle - 6, context.measureText(name).width + 8, 12);
    label(name, 4, { top: middle - 6, height: 12 }, colors.muted, "left");
  });
}

function drawEarlier(lane, earlier) {
  const { context, colors } = stage;
  const last = earlier.steps.at(-1);
  const end = Math.max(last?.[0] ?? 0, call.duration);
  context.strokeStyle = colors.ink;
  context.setLineDash([4, 3]);
  drawSteps(lane, earlier, end);
  context.setLineDash([]);
  const seen = earlier.steps.findLast(([at]) => at <= view.to);
  const y = toY(lane, seen?.[1] ?? earlier.start);
  label(`first: ${earlier.name}`, stage.width - 4, { top: y + 2, height: 14 }, colors.ink, "right");
}

function drawSteps(lane, { start, steps }, end) {
  const { context } = stage;
  let anger = start;
  context.beginPath();
  context.moveTo(toX(0), toY(lane, anger));
  for (const [at, next] of steps) {
    context.lineTo(toX(at), toY(lane, anger));
    anger = next;
    context.lineTo(toX(at), toY(lane, anger));
  }
  context.lineTo(toX(end), toY(lane, anger));
  context.stroke();
}

/** The change under the pointer: what to play, and why the mood moved. */
function moodMoment(lane, x, y) {
  const near = call.mood.now.steps
    .filter(([at]) => Math.abs(toX(at) - x) <= REACH)
    .sort((left, right) => Math.abs(toY(lane, left[1]) - y) - Math.abs(toY(lane, right[1]) - y));
  if (!near.length) return null;
  const [, , from, to, name] = near[0];
  return { from, to, name };
}
