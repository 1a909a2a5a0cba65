// Words light up while they sound, and play when they are clicked.

const WORD_LEAD_IN_S = 0.15; // a word's first sound is easily cut
const REST_AFTER_SCROLL_MS = 4000; // the reader looks elsewhere: leave the text where it is

/** All words of each speaker in order of time, with their elements; index = speaker. */
const spoken = call.speakers.map(() => ({ spans: [], elements: [], lit: null }));
let scrolledAt = -Infinity;

function indexWords() {
  const turns = [...call.turns].sort((left, right) => left.span[0] - right.span[0]);
  for (const turn of turns) {
    const elements = document.querySelectorAll(`#turn-${turn.id} .w`);
    turn.words.forEach((span, index) => {
      spoken[turn.speaker].spans.push(span);
      spoken[turn.speaker].elements.push(elements[index]);
      elements[index].dataset.at = span[0];
    });
  }
}

function lightWords(at) {
  for (const words of spoken) {
    const index = lastAt(words.spans.length, (each) => words.spans[each][0], at);
    const element = index >= 0 && at < words.spans[index][1] ? words.elements[index] : null;
    if (element === words.lit) continue;
    words.lit?.classList.remove("now");
    element?.classList.add("now");
    words.lit = element;
  }
  lightTurn(at);
}

let litTurn = null;

function lightTurn(at) {
  const turn = call.turns.findLast(({ span }) => at >= span[0] && at < span[1]);
  const element = turn ? byId(`turn-${turn.id}`) : null;
  if (element === litTurn) return;
  litTurn?.classList.remove("now");
  element?.classList.add("now");
  litTurn = element;
  if (element && byId("follow").checked) scrollToTurn(element);
}

/** Bring a turn into view inside the transcript's own box; the page itself is never moved. */
function scrollToTurn(element) {
  const box = byId("turns");
  if (box.scrollHeight <= box.clientHeight || performance.now() - scrolledAt < REST_AFTER_SCROLL_MS) return;
  const offset = element.getBoundingClientRect().top - box.getBoundingClientRect().top;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  box.scrollTo({ top: box.scrollTop + offset - box.clientHeight / 3, behavior: calm ? "auto" : "smooth" });
}

function connectTranscript() {
  indexWords();
  player.listeners.push(lightWords);
  const box = byId("turns");
  box.addEventListener("click", ({ target }) => {
    if (target.dataset.at !== undefined) player.playFrom(Number(target.dataset.at) - WORD_LEAD_IN_S);
  });
  for (const kind of ["wheel", "touchmove"]) {
    box.addEventListener(kind, () => (scrolledAt = performance.now()), { passive: true });
  }
}
