// Amounts in 万元 (input[data-yi]) show their 亿元 while they are typed: 145000 → = 14.50亿元. 1.45亿 is read too.
const UNITS = [["亿元", 10000], ["亿", 10000], ["万元", 1], ["万", 1]];

/** The amount in 万元, or null when the text is no plain number. */
function wanOf(text) {
  const bare = text.normalize("NFKC").replace(/[,\s]/g, "");
  const [word, factor] = UNITS.find(([unit]) => bare.endsWith(unit)) || ["", 1];
  const number = bare.slice(0, bare.length - word.length);
  return /^\d+(\.\d+)?$/.test(number) ? Number(number) * factor : null;
}

function echo(input) {
  const place = document.getElementById(`${input.id}_yi`);
  const wan = wanOf(input.value);
  place.textContent = wan === null ? "" : `= ${(Math.round(wan / 100 + 1e-6) / 100).toFixed(2)}亿元`;
}

export function startMoney(root) {
  for (const input of root.querySelectorAll("input[data-yi]")) {
    if (!document.getElementById(`${input.id}_yi`)) {
      const place = document.createElement("output");
      place.id = `${input.id}_yi`;
      place.className = "yi-echo";
      place.htmlFor = input.id;
      input.after(place);
    }
    echo(input);
  }
}

document.addEventListener("input", (event) => {
  if (event.target.matches("input[data-yi]")) echo(event.target);
});
