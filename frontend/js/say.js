// One sentence to everybody: shown at the foot of the window and read out by a screen reader.
const SECONDS = 6;
let timer = 0;

/** Say `text`; an error stays until the next sentence and is read out at once. */
export function say(text, { error = false } = {}) {
  const place = document.getElementById(error ? "live-error" : "live");
  if (!place) return;
  for (const id of ["live", "live-error"]) document.getElementById(id).textContent = "";
  clearTimeout(timer);
  place.textContent = text;
  if (!error) timer = setTimeout(() => { place.textContent = ""; }, SECONDS * 1000);
}

document.addEventListener("click", (event) => {
  if (event.target.id === "live-error") event.target.textContent = "";
});
