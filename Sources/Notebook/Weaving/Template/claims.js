// The claims of the first page by verdict, chapter and words. The choice stands in the address, to be shared.
(() => {
    const form = document.querySelector("form.filter");
    if (!form) return;
    form.hidden = false;
    const rows = [...document.querySelectorAll(".claims tr[data-standing]")];
    const texts = rows.map(row => row.textContent.toLowerCase());
    const output = form.querySelector("output");
    const choose = () => {
        const { standing, chapter } = Object.fromEntries(new FormData(form));
        const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
        let count = 0;
        rows.forEach((row, index) => {
            const fits = (!standing || row.dataset.standing === standing) && (!chapter || row.dataset.chapter === chapter)
                && words.every(word => texts[index].includes(word));
            row.hidden = !fits;
            if (fits) count += 1;
        });
        const isChosen = Boolean(standing || chapter || words.length);
        for (const group of document.querySelectorAll(".claims .group")) {
            const isEmpty = !group.querySelector("tr[data-standing]:not([hidden])");
            group.hidden = isEmpty;
            const fold = group.querySelector("details");
            if (fold && isChosen) fold.open = !isEmpty;
        }
        output.textContent = isChosen ? `${count} of ${rows.length} claims` : `${rows.length} claims`;
        const address = new URLSearchParams();
        for (const [name, value] of new FormData(form)) if (value) address.set(name, value);
        try { history.replaceState(null, "", (isChosen ? `?${address}` : location.pathname) + location.hash); } catch { /* A page from a file may not. */ }
    };
    for (const [name, value] of new URLSearchParams(location.search)) {
        if (form.elements[name]) form.elements[name].value = value;
    }
    form.addEventListener("input", choose);
    form.addEventListener("submit", event => event.preventDefault());
    choose();
})();
