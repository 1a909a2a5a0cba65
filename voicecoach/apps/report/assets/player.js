// Plays the call, or one moment of it, and tells everybody where it is.

const LEAD_IN_S = 0.5; // a moment makes no sense without the breath before it
const TAIL_S = 0.3;

const player = {
  audio: soundOf(call.sound),
  at: 0,
  until: null, // where the moment that is playing ends; null: play on
  button: null, // the button whose moment is playing
  listeners: [], // called with the time whenever it changes

  /** Move without playing. */
  seek(at) {
    this.at = clamp(at, 0, call.duration);
    if (this.audio) this.audio.currentTime = this.at;
    this.leaveMoment();
    this.tell();
  },

  /** Play on from `at`. */
  playFrom(at) {
    this.seek(at);
    this.start();
  },

  /** Play one moment and stop. */
  playMoment(from, to, name, button = null) {
    this.seek(from - LEAD_IN_S);
    this.until = Math.min(to + TAIL_S, call.duration);
    this.button = button;
    button?.classList.add("sounding");
    byId("playing").textContent = name;
    this.start();
  },

  toggle() {
    if (!this.audio) return;
    if (this.audio.paused) this.start();
    else this.audio.pause();
  },

  start() {
    this.audio?.play().catch(() => this.complain());
  },

  leaveMoment() {
    this.until = null;
    this.button?.classList.remove("sounding");
    this.button = null;
    byId("playing").textContent = "";
  },

  complain() {
    byId("playing").textContent = call.sound.link
      ? `The sound file is not beside this page: ${decodeURIComponent(call.sound.link)}`
      : "This browser cannot play the sound of this page.";
  },

  tell() {
    for (const listener of this.listeners) listener(this.at);
  },
};

/** The page's own sound, or the file it names, as an audio element; null when there is neither. */
function soundOf({ mime, link }) {
  const own = byId("sound");
  if (!own && !link) return null;
  const audio = new Audio();
  audio.preload = "auto";
  if (own) {
    audio.src = URL.createObjectURL(new Blob([unpacked(own.textContent, Uint8Array)], { type: mime }));
    own.remove();
  } else {
    audio.src = link;
  }
  return audio;
}

function followSound() {
  const { audio } = player;
  player.at = Math.min(audio.currentTime, call.duration);
  player.tell();
  if (player.until !== null && player.at >= player.until) {
    audio.pause();
    player.leaveMoment();
  }
  if (!audio.paused) requestAnimationFrame(followSound);
}

function connectPlayer() {
  const { audio } = player;
  const seek = byId("seek");
  seek.max = call.duration;
  seek.addEventListener("input", () => player.seek(Number(seek.value)));
  player.listeners.push((at) => {
    seek.value = at;
    const text = `${clockText(at)} / ${clockText(call.duration)}`;
    if (byId("clock").textContent === text) return;
    byId("clock").textContent = text;
    seek.setAttribute("aria-valuetext", text);
  });
  if (!audio) return;
  byId("player").hidden = false;
  document.body.classList.add("has-player");
  byId("play").addEventListener("click", () => player.toggle());
  byId("speed").addEventListener("change", (event) => {
    audio.playbackRate = Number(event.target.value);
  });
  const show = () => {
    byId("play").setAttribute("aria-label", audio.paused ? "Play" : "Pause");
    byId("play").classList.toggle("on", !audio.paused);
  };
  audio.addEventListener("play", () => {
    show();
    requestAnimationFrame(followSound);
  });
  audio.addEventListener("pause", show);
  audio.addEventListener("error", () => player.complain());
}
