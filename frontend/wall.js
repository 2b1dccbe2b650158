// 挂图作战: a person turns the slides, nothing turns by itself. Once a minute the figures are asked for anew; when that
// fails, the sentence says of when the figures on the screen are.
const body = document.body;
const holder = document.getElementById("slides");
const lost = document.getElementById("lost");
const place = document.getElementById("place");
const STEPS = { PageDown: 1, ArrowRight: 1, ArrowDown: 1, " ": 1, PageUp: -1, ArrowLeft: -1, ArrowUp: -1 };
const TIMEOUT = 20_000;
let at = Number(location.hash.slice(1)) - 1 || 0;

const slides = () => [...holder.querySelectorAll(".slide")];

function show(wanted) {
  const all = slides();
  at = Math.min(Math.max(wanted, 0), all.length - 1);
  all.forEach((slide, number) => slide.classList.toggle("is-shown", number === at));
  place.textContent = `${at + 1} / ${all.length}`;
  history.replaceState(null, "", `#${at + 1}`); // a reload stays on the slide
  scrollTo(0, 0);
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === " " && event.target.closest("button, a")) return; // it presses what has the focus
  if (event.key === "Home") show(0);
  else if (event.key === "End") show(slides().length - 1);
  else if (event.key in STEPS) show(at + STEPS[event.key]);
  else return;
  event.preventDefault();
});

for (const button of document.querySelectorAll("[data-turn]")) {
  button.addEventListener("click", () => show(at + Number(button.dataset.turn)));
}
document.querySelector("[data-full]").addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
});

function say(sentence) {
  if (lost.textContent !== sentence) lost.textContent = sentence;
}

function broken() {
  say(`连接已断开，显示${holder.querySelector("[data-as-of]").dataset.asOf}`);
}

async function refresh() {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT);
  try {
    const answer = await fetch(body.dataset.slides, { headers: { "X-Background": "1" }, signal: stop.signal, redirect: "error" });
    if (answer.status === 403) return say("大屏已到期或已关闭，请重新登录后打开");
    if (!answer.ok) return broken();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".wall-slides");
    if (!fresh) return broken();
    holder.replaceChildren(fresh);
    show(at);
    say("");
  } catch {
    broken();
  } finally {
    clearTimeout(timer);
  }
}

body.classList.add("can-turn");
show(at);
addEventListener("hashchange", () => show(Number(location.hash.slice(1)) - 1 || 0));
addEventListener("offline", broken);
addEventListener("online", refresh);
setInterval(refresh, Number(body.dataset.every) * 1000);
