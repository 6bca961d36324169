// Citations and footnotes show what they point to, and references link back to where they are cited.
(() => {
    const notes = [...document.querySelectorAll("main a[href^='#ref-'], main a[href^='#fn']:not([href^='#fnref'])")];
    if (!notes.length) return;
    const target = link => document.getElementById(decodeURIComponent(link.hash.slice(1)));

    const places = new Map();
    for (const link of notes.filter(link => link.hash.startsWith("#ref-"))) {
        const entry = target(link);
        if (!entry) continue;
        if (!places.has(entry)) places.set(entry, []);
        const list = places.get(entry);
        link.id ||= `cited-${entry.id}-${list.length + 1}`;
        list.push(link);
    }
    for (const [entry, list] of places) {
        const back = document.createElement("span");
        back.className = "back";
        list.forEach((link, index) => {
            const anchor = document.createElement("a");
            anchor.setAttribute("href", `#${link.id}`);
            anchor.textContent = list.length > 1 ? `↩${index + 1}` : "↩";
            anchor.setAttribute("aria-label", `Back to citation ${index + 1} of ${list.length}`);
            back.append(" ", anchor);
        });
        entry.append(back);
    }

    const box = document.createElement("div");
    box.className = "note";
    box.id = "note";
    box.setAttribute("role", "tooltip");
    box.hidden = true;
    document.body.append(box);
    let shown;
    let timer;
    const hide = () => {
        clearTimeout(timer);
        box.hidden = true;
        shown?.removeAttribute("aria-describedby");
        shown = undefined;
    };
    const show = link => {
        clearTimeout(timer);
        if (shown === link) return;
        hide();
        const source = target(link);
        if (!source) return;
        const copy = source.cloneNode(true);
        for (const part of copy.querySelectorAll("[id]")) part.removeAttribute("id");
        for (const part of copy.querySelectorAll(".back, .footnote-back")) part.remove();
        box.replaceChildren(...copy.childNodes);
        box.hidden = false;
        shown = link;
        link.setAttribute("aria-describedby", "note");
        const at = link.getBoundingClientRect();
        const left = Math.max(12, Math.min(at.left, document.documentElement.clientWidth - box.offsetWidth - 12));
        const above = at.top - box.offsetHeight - 8;
        box.style.left = `${left + scrollX}px`;
        box.style.top = `${(above > 0 ? above : at.bottom + 8) + scrollY}px`;
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(hide, 250); };
    for (const link of notes) {
        link.addEventListener("mouseenter", () => show(link));
        link.addEventListener("mouseleave", later);
        link.addEventListener("focus", () => show(link));
        link.addEventListener("blur", later);
        link.addEventListener("click", hide);
    }
    box.addEventListener("mouseenter", () => clearTimeout(timer));
    box.addEventListener("mouseleave", later);
    addEventListener("keydown", event => { if (event.key === "Escape") hide(); });
})();
