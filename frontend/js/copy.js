// 复制文字 (data-copy="#id"), 复制表格 (data-copy-table="#id"), 打印 (data-print). Also on plain http, where navigator.clipboard is missing.
import { say } from "./say.js";

/** The text of an element as it should be pasted: a field's value, else its text without what only screens need. */
function textOf(source) {
  if ("value" in source) return source.value;
  return (source.dataset.text || source.textContent).trim();
}

function copyByCommand(text, html) {
  const put = (event) => {
    event.preventDefault();
    event.clipboardData.setData("text/plain", text);
    if (html) event.clipboardData.setData("text/html", html);
  };
  const back = document.activeElement;
  const host = (back && back.closest && back.closest("dialog[open]")) || document.body; // a modal dialog makes the rest inert
  const area = document.createElement("textarea");
  area.className = "hidden-copy";
  area.value = text;
  area.readOnly = true;
  host.appendChild(area);
  area.select();
  document.addEventListener("copy", put);
  const done = document.execCommand("copy");
  document.removeEventListener("copy", put);
  area.remove();
  if (back && back.focus) back.focus({ preventScroll: true });
  return done;
}

async function copy(text, html) {
  if (!window.isSecureContext || !navigator.clipboard) return copyByCommand(text, html);
  try {
    if (html && window.ClipboardItem && navigator.clipboard.write) {
      const parts = { "text/plain": new Blob([text], { type: "text/plain" }), "text/html": new Blob([html], { type: "text/html" }) };
      await navigator.clipboard.write([new ClipboardItem(parts)]);
    } else {
      await navigator.clipboard.writeText(text);
    }
    return true;
  } catch (refused) {
    return copyByCommand(text, html);
  }
}

const isShown = (cell) => !cell.matches("[data-nocopy], .no-print, .wide-only[hidden]");
// A text that begins like a formula gets an apostrophe, so that a spreadsheet keeps it a text; numbers stay numbers.
const asText = (text) => (/^[=+\-@]/.test(text) && !/^[+\-]?[\d.,]+%?$/.test(text) ? `'${text}` : text);
const cellText = (cell) => asText((cell.dataset.copyText || cell.innerText || cell.textContent).replace(/\s+/g, " ").trim());
const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/** The table as lines of tab-separated text and as a bare HTML table; columns marked data-nocopy stay behind. */
export function tableTexts(table) {
  const rows = [...table.rows].filter((row) => !row.hidden && !row.matches("[data-nocopy]"))
    .map((row) => [...row.cells].filter(isShown).map((cell) => ({ text: cellText(cell), span: cell.colSpan, tag: cell.tagName === "TH" ? "th" : "td" })));
  const text = rows.map((row) => row.map((cell) => cell.text + "\t".repeat(cell.span - 1)).join("\t")).join("\r\n");
  const html = rows.map((row) => `<tr>${row.map((c) => `<${c.tag}${c.span > 1 ? ` colspan="${c.span}"` : ""}>${escape(c.text)}</${c.tag}>`).join("")}</tr>`).join("");
  return { text, html: `<table border="1">${html}</table>` };
}

async function copyAndSay(text, html, done) {
  if (await copy(text, html)) say(done);
  else say("浏览器不允许自动复制，请选中文字后按 Ctrl+C。", { error: true });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-copy-table], [data-print]");
  if (!button) return;
  if (button.hasAttribute("data-print")) {
    window.print();
    return;
  }
  const source = document.querySelector(button.dataset.copy || button.dataset.copyTable);
  if (!source) return;
  event.preventDefault();
  if (button.dataset.copy) {
    copyAndSay(textOf(source), "", "已复制，可粘贴到微信、WPS或文档中。");
    return;
  }
  const { text, html } = tableTexts(source);
  copyAndSay(text, html, "表格已复制，可粘贴到WPS表格或Excel中。");
});
