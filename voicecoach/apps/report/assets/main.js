// Puts the parts together: buttons that play moments, keys, printing.

const JUMP_S = 3;

const KEYS = {
  " ": () => player.toggle(),
  ArrowLeft: (event) => (event.shiftKey ? jumpTurn(-1) : player.seek(player.at - JUMP_S)),
  ArrowRight: (event) => (event.shiftKey ? jumpTurn(1) : player.seek(player.at + JUMP_S)),
  "+": () => zoom(2),
  "=": () => zoom(2),
  "-": () => zoom(1 / 2),
  0: () => show(0, call.duration),
};

/** To the start of the next turn, or of this one, or of the one before when just begun. */
function jumpTurn(by) {
  const starts = call.turns.map(({ span }) => span[0]).sort((left, right) => left - right);
  const at = by > 0 ? starts.find((start) => start > player.at + 0.01) : starts.findLast((start) => start < player.at - 0.5);
  if (at !== undefined) player.seek(at);
}

/** Whether the focused element needs this key itself. */
function needsKey(element, key) {
  if (element.matches("select, input[type=range], textarea, input[type=text]")) return true;
  return key === " " && element.matches("button, summary, a, input");
}

document.addEventListener("keydown", (event) => {
  const act = KEYS[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey || needsKey(event.target, event.key)) return;
  event.preventDefault();
  act(event);
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-from]");
  if (!button) return;
  const { from, to, name } = button.dataset;
  const again = player.button === button && player.audio && !player.audio.paused;
  if (again) player.toggle();
  else player.playMoment(Number(from), Number(to), name, button);
});

addEventListener("beforeprint", () => {
  document.documentElement.dataset.print = "";
  for (const each of document.querySelectorAll("details")) each.open = true;
  readColors();
  draw();
});

addEventListener("afterprint", () => {
  delete document.documentElement.dataset.print;
  readColors();
  draw();
});

connectPlayer();
connectLanes();
connectTranscript();
player.tell();
document.documentElement.classList.add("ready");
