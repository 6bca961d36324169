// Search over all pages. The index is a script of its own, which is read when it is needed: also from a file.
(() => {
    const form = document.querySelector("form.search");
    if (!form) return;
    form.hidden = false;
    const input = form.elements.words;
    const found = form.querySelector(".found");
    let index;
    let asked;
    const load = () => asked ??= new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = "search-index.js";
        script.addEventListener("load", () => {
            index = globalThis.bookIndex.flatMap(page => page.entries.map(([id, kind, heading, text]) => ({
                address: id ? `${page.page}#${id}` : page.page, page: page.title, kind, heading, text,
                head: heading.toLowerCase(), body: text.toLowerCase(),
            })));
            done();
        });
        script.addEventListener("error", failed);
        document.head.append(script);
    });

    const element = (name, className, ...parts) => {
        const element = document.createElement(name);
        if (className) element.className = className;
        element.append(...parts);
        return element;
    };
    // The text round the first word, with all words marked.
    const excerpt = (entry, words) => {
        const first = Math.min(...words.map(word => entry.body.indexOf(word)).filter(place => place >= 0), entry.text.length);
        const start = first > 60 ? entry.text.indexOf(" ", first - 60) + 1 : 0;
        const text = entry.text.slice(start, start + 180);
        const result = element("span", "excerpt", start > 0 ? "… " : "");
        const pattern = new RegExp(`(${words.map(word => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "gi");
        text.split(pattern).forEach((part, place) => result.append(place % 2 ? element("mark", "", part) : part));
        if (start + 180 < entry.text.length) result.append(" …");
        return result;
    };
    const search = async () => {
        const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
        if (!words.length) { found.replaceChildren(); return; }
        try { await load(); } catch { found.replaceChildren(element("p", "", "The index is not there.")); return; }
        const hits = [];
        for (const entry of index) {
            if (!words.every(word => entry.head.includes(word) || entry.body.includes(word))) continue;
            const inHead = words.filter(word => entry.head.includes(word)).length;
            const isPhrase = words.length > 1 && `${entry.head} ${entry.body}`.includes(words.join(" "));
            hits.push({ entry, score: 10 * inHead + (isPhrase ? 15 : 0) + (entry.kind === "section" ? 1 : 0) });
        }
        hits.sort((a, b) => b.score - a.score);
        const list = element("ul", "");
        for (const { entry } of hits.slice(0, 30)) {
            const link = element("a", "", entry.heading || entry.page);
            link.setAttribute("href", entry.address);
            list.append(element("li", "", link, element("span", "where", ` ${entry.kind}, ${entry.page}`), excerpt(entry, words)));
        }
        const count = hits.length === 1 ? "1 place" : `${hits.length} places`;
        found.replaceChildren(element("p", "", hits.length > 30 ? `${count}; the first 30:` : count), list);
    };
    let timer;
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 120); });
    input.addEventListener("focus", () => { load().catch(() => {}); });
    form.addEventListener("submit", event => { event.preventDefault(); search(); });
    form.addEventListener("keydown", event => {
        if (event.key === "Escape") { input.value = ""; found.replaceChildren(); }
    });
    // A link within this page closes the list.
    found.addEventListener("click", event => { if (event.target.closest("a")) { input.value = ""; found.replaceChildren(); } });
    addEventListener("keydown", event => {
        if (event.key === "/" && !event.ctrlKey && !event.metaKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
            event.preventDefault();
            input.focus();
        }
    });
})();
