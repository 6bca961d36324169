// Marks a page whose script runs, so that what needs one shows only then.
document.documentElement.classList.add("scripted");

// What a link points to is unfolded, with all that it is folded in.
(() => {
    const unfold = () => {
        let id = "";
        try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
        const target = id && document.getElementById(id);
        if (!target) return;
        let folded = false;
        for (let place = target; place; place = place.parentElement) {
            if (place.matches("details:not([open])")) { place.open = true; folded = true; }
        }
        if (folded) target.scrollIntoView();
    };
    addEventListener("hashchange", unfold);
    unfold();
})();

// The contents show where one is.
(() => {
    const links = new Map();
    for (const link of document.querySelectorAll(".contents a[href^='#']")) {
        const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
        if (target) links.set(target, link);
    }
    if (!links.size) return;
    const targets = [...links.keys()];
    let current;
    const mark = () => {
        const line = innerHeight / 4;
        let last = targets[0];
        for (const target of targets) if (target.getBoundingClientRect().top <= line) last = target;
        if (innerHeight + scrollY >= document.documentElement.scrollHeight - 2) last = targets[targets.length - 1];
        if (last === current) return;
        links.get(current)?.removeAttribute("aria-current");
        links.get(last).setAttribute("aria-current", "true");
        links.get(last).scrollIntoView?.({ block: "nearest" });
        current = last;
    };
    let waits = false;
    addEventListener("scroll", () => {
        if (waits) return;
        waits = true;
        requestAnimationFrame(() => { waits = false; mark(); });
    }, { passive: true });
    addEventListener("resize", mark);
    mark();
})();
