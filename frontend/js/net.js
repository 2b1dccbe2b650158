// Requests by htmx: the CSRF token, an ended session, and failures said in words. Nothing typed is ever thrown away.
import { say } from "./say.js";

const SENTENCES = {
  400: "提交的内容不完整，请刷新页面后重试。",
  403: "您没有权限进行这项操作，或页面已过期，请刷新页面后重试。",
  404: "该内容不存在或不在您的权限范围。",
  413: "文件太大，请压缩后再上传。",
  429: "操作过于频繁，请稍后再试。",
  500: "系统出现错误，您填写的内容还在页面上，请稍后重试；如仍不行，请联系系统管理员。",
};
export const LOST = "网络已断开，您填写的内容还在页面上，请稍后重试。";

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.content;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  const login = document.body.dataset.login;
  if (login && xhr.responseURL && new URL(xhr.responseURL).pathname === login && location.pathname !== login) {
    event.detail.shouldSwap = false;
    location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
    return;
  }
  const isForm = xhr.status === 422 || xhr.status === 409; // the form again with its errors, or with the other text beside it
  if (isForm) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  say(SENTENCES[status] || (status >= 500 ? SENTENCES[500] : "操作没有成功，请刷新页面后重试。"), { error: true });
});
for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, () => say(LOST, { error: true }));

// HX-Trigger: {"say": "已保存"} from a view.
document.addEventListener("say", (event) => say(event.detail.value || String(event.detail)));
