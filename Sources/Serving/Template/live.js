// Loads a served page again when its report has changed, and shows what is being done to the report. The server adds this
// script to the pages that it sends; the files do not have it.
(() => {
  const { version, events } = document.currentScript.dataset;
  let source = null;

  const style = document.createElement("style");
  style.textContent = `
    .live { position: fixed; z-index: 1000; right: 1rem; bottom: 1rem; max-width: min(60rem, calc(100vw - 2rem));
      box-sizing: border-box; padding: .6rem .9rem; border-radius: .5rem; font: .9rem/1.4 system-ui, sans-serif;
      color: CanvasText; background: Canvas; border: 1px solid GrayText; box-shadow: 0 .2rem 1rem rgb(0 0 0 / .25) }
    .live[hidden] { display: none }
    .live.problem { left: 1rem; margin-inline: auto; border: 2px solid #c0392b; max-height: 70vh; overflow: auto }
    .live p { margin: 0; font-weight: 600 }
    .live pre { margin: .6rem 0 0; font: .8rem/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere;
      background: none; border: 0; padding: 0; color: inherit }
    .live button { float: right; margin-left: 1rem; font: inherit }
    @media print { .live { display: none } }`;

  function box(kind, role) {
    const element = document.createElement("div");
    element.className = `live ${kind}`;
    element.setAttribute("role", role);
    element.hidden = true;
    return element;
  }

  const activity = box("activity", "status");
  const problem = box("problem", "alert");
  // It may be longer than the window, and is then scrolled.
  problem.tabIndex = 0;

  function show(notice) {
    activity.textContent = notice.activity ?? "";
    activity.hidden = !notice.activity || Boolean(notice.problem);
    if (!notice.problem) {
      problem.hidden = true;
      return;
    }
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "Close";
    close.addEventListener("click", () => (problem.hidden = true));
    const sentence = document.createElement("p");
    sentence.textContent = notice.problem.sentence;
    problem.replaceChildren(close, sentence);
    if (notice.problem.details) {
      const details = document.createElement("pre");
      details.textContent = notice.problem.details;
      problem.append(details);
    }
    problem.hidden = false;
  }

  function listen() {
    if (source || document.visibilityState === "hidden") return;
    source = new EventSource(events);
    source.addEventListener("message", (event) => {
      const notice = JSON.parse(event.data);
      if (notice.version !== version) {
        rest();
        location.reload();
      } else {
        show(notice);
      }
    });
  }

  function rest() {
    source?.close();
    source = null;
  }

  // A browser keeps few connections to a server: pages that nobody looks at need none, and look again when somebody does.
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? rest() : listen()));
  addEventListener("pagehide", rest);
  addEventListener("pageshow", listen);
  document.head.append(style);
  document.body.append(activity, problem);
  listen();
})();
