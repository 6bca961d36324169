// Figures that answer: what a mark says, sliders, things that turn, cells to choose.
(() => {
"use strict";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const code = new Map([...letters].map((letter, index) => [letter, index]));
const dark = matchMedia("(prefers-color-scheme: dark)");

/** A number for reading: four digits, a true minus sign, powers of ten where it is very large or small. */
function display(number) {
    if (!Number.isFinite(number)) return "–";
    const size = Math.abs(number);
    if (size > 0 && (size < 1e-3 || size >= 1e5)) {
        const [mantissa, exponent] = number.toExponential(2).split("e");
        const power = [...String(Number(exponent))].map(sign => sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign]).join("");
        return `${String(Number(mantissa)).replace("-", "−")} × 10${power}`;
    }
    return String(Number(number.toPrecision(4))).replace("-", "−");
}

function element(name, properties = {}, ...children) {
    const result = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
        if (key in result && key !== "list") result[key] = value; else result.setAttribute(key, value);
    }
    result.append(...children);
    return result;
}

// ---- Marks ---------------------------------------------------------------------------------------------------

/** Where a value is along an axis, from 0 to 1. */
function fraction(axis, value) {
    const [start, end] = axis.k ? axis.d.map(Math.log) : axis.d;
    return ((axis.k ? Math.log(value) : value) - start) / (end - start);
}

function valueAt(axis, share) {
    const [start, end] = axis.k ? axis.d.map(Math.log) : axis.d;
    const value = start + share * (end - start);
    return axis.k ? Math.exp(value) : value;
}

/** What an axis says of a value. */
function reading(axis, name, value) {
    const tick = axis.tv?.findIndex(place => Math.abs(place - value) < 1e-3 * Math.abs(axis.d[1] - axis.d[0])) ?? -1;
    const text = axis.c ? axis.c[Math.round(value)] ?? display(value)
        : tick >= 0 ? axis.tl[tick] : display(value + (axis.o ?? 0));
    return axis.l ? `${axis.l}: ${text}` : axis.h ? "" : axis.c ? text : `${name}: ${text}`;
}

/** All marks of a readout, in the order of the arrow keys. */
function marksOf(readout) {
    const marks = [];
    let group = 0;
    for (const panel of readout.p) {
        const [left, top, width, height] = panel.r;
        const x = value => left + fraction(panel.x, value) * width;
        const y = value => top + (1 - fraction(panel.y, value)) * height;
        const title = panel.t ? [panel.t] : [];
        for (const series of panel.s) {
            if (series.k === "g") {
                addCells(marks, panel, series, title, group++, x, y);
                continue;
            }
            const own = series.x.map((value, index) => {
                const across = series.y[index];
                const label = series.l && (series.l.length === 1 ? series.l[0] : series.l[index]);
                const names = [...title, ...[series.n, label].filter(Boolean)];
                if (series.k === "n") return { x: value, y: across, text: names };
                const numbers = panel.x.h && panel.y.h && !panel.x.l && !panel.y.l
                    ? [`(${display(value)}, ${display(across)})`]
                    : [
                        series.k === "h" && series.u ? "" : reading(panel.x, "x", value),
                        series.k === "b" && series.u ? "" : reading(panel.y, "y", across)].filter(Boolean);
                const mark = { x: x(value), y: y(across), text: [...names, ...numbers] };
                if (series.k === "b" || series.k === "h") {
                    const base = series.f?.[index] ?? 0, half = series.w / 2;
                    const clamp = (number, low, high) => Math.min(Math.max(number, low), high);
                    const corners = series.k === "b"
                        ? [x(value - half), y(across), x(value + half), y(base)]
                        : [x(base), y(across - half), x(value), y(across + half)];
                    mark.box = [
                        clamp(Math.min(corners[0], corners[2]), left, left + width),
                        clamp(Math.min(corners[1], corners[3]), top, top + height),
                        clamp(Math.max(corners[0], corners[2]), left, left + width),
                        clamp(Math.max(corners[1], corners[3]), top, top + height)].map(v => Number.isFinite(v) ? v : top + height);
                    mark.x = Math.min(Math.max(mark.x, left), left + width);
                    mark.y = Math.min(Math.max(mark.y, top), top + height);
                }
                return mark;
            }).filter(mark => Number.isFinite(mark.x) && Number.isFinite(mark.y));
            own.sort((a, b) => a.x - b.x || a.y - b.y);
            for (const mark of own) marks.push({ ...mark, group });
            group++;
        }
    }
    return marks;
}

function addCells(marks, panel, series, title, group, x, y) {
    const [rows, columns] = series.m;
    const [left, right] = series.x.map(x), [low, high] = series.y.map(y);
    const [width, height] = [(right - left) / columns, (high - low) / rows];
    for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
            const index = row * columns + column;
            const center = [left + (column + 0.5) * width, low + (row + 0.5) * height];
            const place = [
                valueAt(panel.x, (center[0] - panel.r[0]) / panel.r[2]),
                valueAt(panel.y, 1 - (center[1] - panel.r[1]) / panel.r[3])];
            marks.push({
                x: center[0], y: center[1], group, row, column, rows, columns, index, shape: "cell",
                box: [center[0] - Math.abs(width) / 2, center[1] - Math.abs(height) / 2,
                    center[0] + Math.abs(width) / 2, center[1] + Math.abs(height) / 2],
                get text() {
                    const numbers = series.v.map(layer => {
                        const step = code.get(layer.v[2 * index]) * 64 + code.get(layer.v[2 * index + 1]);
                        const value = layer.d[0] + step / 4094 * (layer.d[1] - layer.d[0]);
                        return `${layer.n ?? "value"}: ${step > 4094 ? "none" : display(Number(value.toPrecision(3)))}`;
                    });
                    const isPlain = panel.x.h && panel.y.h && !panel.x.l && !panel.y.l;
                    const where = isPlain
                        ? [rows > 1 ? `row ${row + 1}` : "", columns > 1 ? `column ${column + 1}` : ""]
                        : [reading(panel.y, rows > 1 ? "row" : "", whole(place[1])), reading(panel.x, "column", whole(place[0]))];
                    return [...title, ...where.filter(Boolean), ...numbers];
                }
            });
        }
    }
}

/** Cells of a matrix lie at whole numbers, up to rounding. */
function whole(value) { return Math.abs(value - Math.round(value)) < 1e-3 ? Math.round(value) : value; }

let told = 0;

/** The layer over a picture that finds marks by pointer and keys, and tells what they say. */
class Marks {
    constructor(plot, name) {
        this.plot = plot;
        this.ring = element("span", { className: "ring", hidden: true });
        this.tip = element("span", { className: "tip", hidden: true });
        this.live = element("span", { className: "told", ariaLive: "polite" });
        this.layer = element("div", {
            className: "marks", tabIndex: 0, role: "application", id: `marks-${++told}`,
            ariaLabel: `${name}: its marks. The arrow keys go from one to the next.`
        }, this.ring, this.tip);
        plot.append(this.layer, this.live);
        this.layer.addEventListener("pointermove", event => this.point(event));
        this.layer.addEventListener("pointerdown", event => this.point(event, true));
        this.layer.addEventListener("pointerleave", event => event.pointerType === "mouse" && this.leave());
        this.layer.addEventListener("keydown", event => this.key(event));
        this.layer.addEventListener("blur", () => this.leave());
    }

    set readout(readout) {
        this.leave();
        this.source = readout;
        this.marks = null;
        this.index = -1;
        this.layer.hidden = !readout;
    }

    get all() {
        if (!this.marks && this.source) this.marks = marksOf(this.source);
        return this.marks ?? [];
    }

    get scale() { return this.layer.clientWidth / (this.source?.z[0] ?? 1); }

    /** The mark at or near a place of the picture. */
    near(x, y, reach) {
        let best = -1, least = reach;
        this.all.forEach((mark, index) => {
            const box = mark.box;
            const dx = box ? Math.max(box[0] - x, 0, x - box[2]) : Math.abs(mark.x - x);
            const dy = box ? Math.max(box[1] - y, 0, y - box[3]) : Math.abs(mark.y - y);
            // A point on a bar or a cell goes before it.
            const distance = Math.hypot(dx, dy) + (box ? 3 : 0);
            if (distance < least) [best, least] = [index, distance];
        });
        return best;
    }

    point(event, isPressed = false) {
        const bounds = this.layer.getBoundingClientRect();
        const index = this.near(
            (event.clientX - bounds.left) / this.scale, (event.clientY - bounds.top) / this.scale,
            (event.pointerType === "touch" ? 24 : 12) / this.scale);
        if (index < 0) { if (!isPressed) this.leave(); return; }
        this.show(index, isPressed);
        if (isPressed) this.chosen?.(this.all[index]);
    }

    key(event) {
        const all = this.all;
        if (!all.length) return;
        const mark = all[this.index];
        let next = null;
        const step = (by) => Math.min(Math.max(this.index + by, 0), all.length - 1);
        const toGroup = by => {
            const index = all.findIndex(other => other.group === (mark?.group ?? -1) + by);
            return index < 0 ? this.index : index;
        };
        const inGrid = (rows, columns) => {
            const [row, column] = [mark.row + rows, mark.column + columns];
            if (row < 0 || column < 0 || row >= mark.rows || column >= mark.columns) return null;
            return this.index + rows * mark.columns + columns;
        };
        if (event.key === "Escape") { this.leave(); return; }
        if (event.key === "Home") next = 0;
        else if (event.key === "End") next = all.length - 1;
        else if (event.key === "PageDown") next = toGroup(1);
        else if (event.key === "PageUp") next = toGroup(-1);
        else if ((event.key === "Enter" || event.key === " ") && mark) { this.chosen?.(mark); event.preventDefault(); return; }
        else if (event.key.startsWith("Arrow")) {
            if (this.index < 0) next = 0;
            else if (mark.row !== undefined) {
                const up = all[this.index + mark.columns]?.y < mark.y || all[this.index - mark.columns]?.y > mark.y ? 1 : -1;
                const way = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [up, 0], ArrowDown: [-up, 0] }[event.key];
                next = inGrid(...way) ?? (event.key === "ArrowRight" || event.key === "ArrowDown" ? toGroup(1) : toGroup(-1));
            }
            else if (event.key === "ArrowRight") next = step(1);
            else if (event.key === "ArrowLeft") next = step(-1);
            else if (event.key === "ArrowDown") next = toGroup(1);
            else next = toGroup(-1);
        }
        if (next === null) return;
        event.preventDefault();
        this.show(next, true);
    }

    show(index, aloud = false) {
        const mark = this.all[index];
        this.index = index;
        const scale = this.scale, box = mark.box;
        this.ring.hidden = this.tip.hidden = false;
        this.ring.className = box ? "ring box" : "ring";
        const [left, top, right, bottom] = box
            ? box.map(v => v * scale) : [mark.x * scale - 7, mark.y * scale - 7, mark.x * scale + 7, mark.y * scale + 7];
        Object.assign(this.ring.style, {
            left: `${left - 1}px`, top: `${top - 1}px`, width: `${right - left + 2}px`, height: `${bottom - top + 2}px`
        });
        this.tip.replaceChildren(...mark.text.map((line, at) => element("span", { className: at ? "" : "first" }, line)));
        // Beside the mark, and inside of the window.
        const width = this.tip.offsetWidth, height = this.tip.offsetHeight;
        const bounds = this.layer.getBoundingClientRect();
        const x = Math.min(Math.max(mark.x * scale - width / 2, 4 - bounds.left), innerWidth - bounds.left - width - 4);
        const above = top - height - 8;
        this.tip.style.left = `${x}px`;
        this.tip.style.top = `${bounds.top + above < 4 ? bottom + 8 : above}px`;
        if (aloud) this.live.textContent = mark.text.join(", "); else this.layer.dataset.told = mark.text.join(", ");
    }

    leave() { this.ring.hidden = this.tip.hidden = true; }
}

// ---- Sliders -------------------------------------------------------------------------------------------------

/** A slider with its value in words, and buttons where it can be played or reset. */
function slider({ name, texts, statements, start, play, back, show }) {
    const range = element("input", { type: "range", min: 0, max: texts.length - 1, step: 1, value: start });
    const value = element("output", {}, back ? "all" : texts[start]);
    const statement = element("p", { className: "statement", ariaLive: "polite" }, back ? "" : statements[start]);
    const label = element("label", {}, element("span", {}, name), range, value);
    const bar = element("div", { className: "slider" }, label);
    const set = index => {
        range.value = index;
        value.textContent = texts[index];
        range.setAttribute("aria-valuetext", texts[index]);
        statement.textContent = statements[index];
        show(index);
        if (reset) reset.hidden = false;
    };
    range.setAttribute("aria-valuetext", back ? "all" : texts[start]);
    range.addEventListener("input", () => set(Number(range.value)));
    // A slider that shows nothing yet answers to a click where it stands, too.
    range.addEventListener("pointerup", () => set(Number(range.value)));
    let reset = null;
    if (play) {
        let timer = 0;
        const button = element("button", { type: "button" }, "Play");
        const stop = () => { clearInterval(timer); timer = 0; button.textContent = "Play"; };
        button.addEventListener("click", () => {
            if (timer) return stop();
            button.textContent = "Pause";
            if (Number(range.value) === texts.length - 1) range.value = 0;
            set(Number(range.value));
            timer = setInterval(() => {
                if (Number(range.value) >= texts.length - 1) return stop();
                set(Number(range.value) + 1);
            }, play);
        });
        range.addEventListener("pointerdown", () => timer && stop());
        bar.append(button);
    }
    if (back) {
        reset = element("button", { type: "button", hidden: true }, "Whole figure");
        reset.addEventListener("click", () => {
            back();
            value.textContent = "all";
            range.setAttribute("aria-valuetext", "all");
            statement.textContent = "";
            reset.hidden = true;
            range.focus();
        });
        bar.append(reset);
    }
    return element("div", { className: "explore" }, bar, statement);
}

/** The picture shows the frames of a slider. */
function frames(plot, data, marks, whole) {
    const image = plot.querySelector("img"), source = plot.querySelector("source");
    const first = { light: image.getAttribute("src"), dark: source?.getAttribute("srcset"),
        w: image.getAttribute("width"), h: image.getAttribute("height"), alt: image.alt };
    const put = frame => {
        source?.setAttribute("srcset", frame.dark);
        image.src = frame.light;
        image.setAttribute("width", frame.w);
        image.setAttribute("height", frame.h);
        image.alt = frame.alt ?? frame.t;
    };
    const middle = Math.floor((data.frames.length - 1) / 2);
    return slider({
        name: data.name, texts: data.frames.map(frame => frame.v), statements: data.frames.map(frame => frame.t),
        start: data.play ? 0 : middle, play: data.play ? 120 : 0,
        show: index => {
            put(data.frames[index]);
            marks.readout = data.frames[index].m ?? null;
            // The next ones are there when they are asked for.
            for (const other of [index - 1, index + 1]) {
                const frame = data.frames[other];
                if (frame) new Image().src = dark.matches && source ? frame.dark : frame.light;
            }
        },
        back: () => { put(first); marks.readout = whole; }
    });
}

// ---- Space -----------------------------------------------------------------------------------------------------

/** Points and lines that turn, drawn here. */
function space(data) {
    const side = 420;
    const canvas = element("canvas", {
        width: side * 2, height: side * 2, tabIndex: 0, role: "img", className: "space",
        ariaLabel: "The features in space. The arrow keys turn it."
    });
    let [azimuth, elevation] = data.view, moment = data.frames.length - 1;
    const context = canvas.getContext("2d");
    const reach = 1.15 * Math.max(...data.frames.flatMap(frame => frame.p.map(p => Math.hypot(...p))));
    function draw() {
        const colors = dark.matches ? data.dark : data.colors;
        const style = getComputedStyle(canvas);
        const [a, e] = [azimuth, elevation].map(angle => angle * Math.PI / 180);
        const places = data.frames[moment].p.map(([x, y, z]) => {
            const along = x * Math.cos(a) + y * Math.sin(a), across = y * Math.cos(a) - x * Math.sin(a);
            return {
                x: side * (1 + across / reach), y: side * (1 - (z * Math.cos(e) - along * Math.sin(e)) / reach),
                depth: (along * Math.cos(e) + z * Math.sin(e)) / reach
            };
        });
        context.clearRect(0, 0, 2 * side, 2 * side);
        context.lineCap = "round";
        const items = [];
        for (const face of data.faces) {
            const corners = face.map(index => places[index]);
            items.push([corners.reduce((sum, p) => sum + p.depth, 0) / corners.length - 0.01, () => {
                context.globalAlpha = 0.16;
                context.fillStyle = colors[face[0]];
                context.beginPath();
                corners.forEach(p => context.lineTo(p.x, p.y));
                context.fill();
            }]);
        }
        const line = (from, to, colorA, colorB, width) => items.push([(from.depth + to.depth) / 2, () => {
            const gradient = context.createLinearGradient(from.x, from.y, to.x, to.y);
            gradient.addColorStop(0, colorA);
            gradient.addColorStop(1, colorB);
            context.globalAlpha = 0.62 + 0.38 * (from.depth + to.depth) / 2;
            context.strokeStyle = gradient;
            context.lineWidth = width * (1 + 0.3 * (from.depth + to.depth) / 2);
            context.beginPath();
            context.moveTo(from.x, from.y);
            context.lineTo(to.x, to.y);
            context.stroke();
        }]);
        const origin = { x: side, y: side, depth: 0 };
        places.forEach((place, index) => line(origin, place, colors[index], colors[index], 2));
        for (const [from, to] of data.edges) line(places[from], places[to], colors[from], colors[to], 5);
        places.forEach((place, index) => items.push([place.depth + 0.02, () => {
            context.globalAlpha = 0.7 + 0.3 * place.depth;
            context.fillStyle = colors[index];
            context.beginPath();
            context.arc(place.x, place.y, 13 * (1 + 0.3 * place.depth), 0, 2 * Math.PI);
            context.fill();
            context.globalAlpha = 1;
            context.fillStyle = style.color;
            context.font = `28px ${style.fontFamily}`;
            context.textAlign = place.x < side ? "right" : "left";
            context.fillText(data.names[index], place.x + (place.x < side ? -20 : 20), place.y - 14);
        }]));
        items.sort((p, q) => p[0] - q[0]).forEach(item => item[1]());
        context.globalAlpha = 1;
        canvas.dataset.view = `${azimuth.toFixed(0)} ${elevation.toFixed(0)} ${moment}`;
    }
    const turn = (right, up) => {
        azimuth = (azimuth - right + 360) % 360;
        elevation = Math.min(Math.max(elevation + up, -89), 89);
        draw();
    };
    canvas.addEventListener("keydown", event => {
        const way = { ArrowLeft: [-6, 0], ArrowRight: [6, 0], ArrowUp: [0, -6], ArrowDown: [0, 6] }[event.key];
        if (!way) return;
        event.preventDefault();
        turn(...way);
    });
    canvas.addEventListener("pointerdown", event => canvas.setPointerCapture(event.pointerId));
    canvas.addEventListener("pointermove", event => event.buttons && turn(0.6 * event.movementX, 0.6 * event.movementY));
    dark.addEventListener("change", draw);
    const bar = slider({
        name: data.name, texts: data.frames.map(frame => frame.v), statements: data.frames.map(frame => frame.t),
        start: moment, play: 60, show: index => { moment = index; draw(); }
    });
    // Its typeface is known when it is on the page.
    requestAnimationFrame(draw);
    bar.append(canvas, element("p", { className: "hint" }, "Drag it, or use the arrow keys, to turn it."));
    return bar;
}

// ---- Cells of a phase diagram ----------------------------------------------------------------------------------

/** Eight points of Gauss and Legendre on [0, 1], with their weights. */
const nodes = [0.9602898564975363, 0.7966664774136267, 0.525532409916329, 0.1834346424956498].flatMap((x, index) => {
    const weight = [0.1012285362903763, 0.2223810344533745, 0.3137066458778873, 0.362683783378362][index] / 2;
    return [[(1 + x) / 2, weight], [(1 - x) / 2, weight]];
});

/** The integral over x from 0 to 1 of (x − max(0, a x + b))², exactly. */
function active(a, b) {
    const squared = (from, to) => {
        // (x − a x − b)² with c = 1 − a
        const c = 1 - a, f = x => c * c * x ** 3 / 3 - c * b * x * x + b * b * x;
        return f(to) - f(from);
    };
    const zero = a === 0 ? Infinity : Math.min(Math.max(-b / a, 0), 1);
    if (b >= 0 && a + b >= 0) return squared(0, 1);
    if (b <= 0 && a + b <= 0) return 1 / 3;
    return a > 0 ? zero ** 3 / 3 + squared(zero, 1) : squared(0, zero) + (1 - zero ** 3) / 3;
}

/**
 * The expected loss of ReLU(WᵀW x + b) over features that are zero or uniform: over the feature that an output is for
 * exactly, over the others by quadrature, in two parts as there are kinks.
 */
function expectedLoss(W, b, importance, density) {
    const count = W.length;
    const dot = (p, q) => p.reduce((sum, value, k) => sum + value * q[k], 0);
    let total = 0;
    for (let i = 0; i < count; i++) {
        const others = [...Array(count).keys()].filter(j => j !== i);
        const own = dot(W[i], W[i]);
        const gains = others.map(j => dot(W[i], W[j]));
        for (let set = 0; set < 1 << others.length; set++) {
            const chosen = gains.filter((_, at) => set >> at & 1);
            const chance = density ** chosen.length * (1 - density) ** (others.length - chosen.length);
            if (!chance) continue;
            let mean = 0;
            const visit = (at, bias, weight) => {
                if (at === chosen.length) {
                    mean += weight * (density * active(own, bias) + (1 - density) * Math.max(0, bias) ** 2);
                    return;
                }
                if (chosen[at] === 0) { visit(at + 1, bias, weight); return; }
                for (const part of [0, 0.5]) {
                    for (const [x, w] of nodes) visit(at + 1, bias + chosen[at] * (part + x / 2), weight * w / 2);
                }
            };
            visit(0, b[i], 1);
            total += importance[i] * chance * mean;
        }
    }
    return total;
}

/** What a chosen cell shows: its weights, and the loss around them. */
function cells(plot, data, marks) {
    const size = 57, reach = 1.6;
    const canvas = element("canvas", { width: size, height: size, className: "surface", role: "img" });
    const dot = element("span", { className: "dot" });
    const text = element("div", { className: "cell" });
    const box = element("div", { className: "explore cells", ariaLive: "polite" },
        element("p", { className: "hint" }, "Choose a cell, with a click or with the arrow keys and Enter: its weights, and the surface of its loss."));
    const across = data.hidden === 1 ? "W₁" : `W₁ of feature ${data.hidden + 1}`;
    const up = data.hidden === 1 ? "W₂" : `W₂ of feature ${data.hidden + 1}`;
    marks.chosen = mark => {
        if (mark.shape !== "cell" || mark.rows !== data.d.length || mark.columns !== data.i.length) return;
        const count = data.hidden + 1, at1 = mark.index * count;
        const cell = {
            d: data.d[mark.row], i: data.i[mark.column], l: data.l[mark.index],
            w: data.w.slice(at1 * data.hidden, (at1 + count) * data.hidden), b: data.b.slice(at1, at1 + count)
        };
        const W = Array.from({ length: count }, (_, i) => cell.w.slice(i * data.hidden, (i + 1) * data.hidden));
        const importance = [...Array(data.hidden).fill(1), cell.i];
        const at = (x, y) => expectedLoss(
            data.hidden === 1 ? [[x], [y]] : [...W.slice(0, -1), [x, y]], cell.b, importance, cell.d);
        const value = index => ((index + 0.5) / size * 2 - 1) * reach;
        const losses = Array.from({ length: size * size }, (_, index) =>
            at(value(index % size), -value(Math.floor(index / size))));
        const low = Math.min(...losses), high = at(0, 0) > low * 1.02 ? at(0, 0) : Math.max(...losses);
        const context = canvas.getContext("2d"), image = context.createImageData(size, size);
        losses.forEach((loss, index) => {
            const share = Math.floor(Math.min(Math.max((loss - low) / (high - low), 0), 1) * 14.999) / 14;
            image.data.set([...viridis(1 - share), 255], 4 * index);
        });
        context.putImageData(image, 0, 0);
        const place = data.hidden === 1 ? [W[0][0], W[1][0]] : W[count - 1];
        dot.style.left = `${(place[0] / reach + 1) * 50}%`;
        dot.style.top = `${(1 - place[1] / reach) * 50}%`;
        const own = at(...place);
        canvas.setAttribute("aria-label", `The loss over ${across} and ${up}. It is least at ${least(losses, value)}.`);
        text.replaceChildren(
            element("p", {}, `Density ${display(cell.d)}, importance ${display(cell.i)}: the best model.`),
            element("table", {}, element("thead", {}, element("tr", {},
                element("th", { scope: "col" }, "feature"),
                ...W[0].map((_, k) => element("th", { scope: "col", className: "numeric" }, data.hidden === 1 ? "W" : `W, dimension ${k + 1}`)),
                element("th", { scope: "col", className: "numeric" }, "b"))),
                element("tbody", {}, ...W.map((row, i) => element("tr", {}, element("td", {}, String(i + 1)),
                    ...row.map(number => element("td", { className: "numeric" }, display(number))),
                    element("td", { className: "numeric" }, display(cell.b[i])))))),
            element("p", {}, `Its expected loss: ${display(cell.l)}; from the surface at its weights: ${display(Number(own.toPrecision(3)))}.`));
        box.dataset.model = String(cell.l);
        box.dataset.surface = String(own);
        box.dataset.cell = String(mark.index);
        if (!canvas.isConnected) {
            box.append(element("div", { className: "chosen" }, element("div", { className: "ground" },
                element("div", { className: "frame" }, canvas, dot),
                element("p", { className: "hint" },
                    `${across} to the right, ${up} upwards, from −${reach} to ${reach}, with the other weights and the biases as they are. Lighter is lower. The dot is the model.`)), text));
        }
    };
    return box;
}

function least(losses, value) {
    const size = Math.sqrt(losses.length), index = losses.indexOf(Math.min(...losses));
    return `${display(Number(value(index % size).toFixed(2)))} and ${display(Number((-value(Math.floor(index / size))).toFixed(2)))}`;
}

const stops = [[68, 1, 84], [59, 82, 139], [33, 144, 140], [93, 200, 99], [253, 231, 37]];
function viridis(share) {
    const place = share * (stops.length - 1), index = Math.min(Math.floor(place), stops.length - 2);
    return stops[index].map((value, channel) => value + (place - index) * (stops[index + 1][channel] - value));
}

// ---- Enlarged ----------------------------------------------------------------------------------------------------

/** Opens a figure over the page, as large as one likes. */
function enlarge(plot, line, name) {
    const button = element("button", { type: "button", className: "open" }, "Open in full");
    line.replaceChildren(button);
    button.addEventListener("click", () => {
        const image = plot.querySelector("img");
        const picture = plot.querySelector("picture").cloneNode(true);
        const copy = picture.querySelector("img");
        let width = Math.max(innerWidth - 24, 720);
        const apply = () => { copy.style.width = `${width}px`; };
        const tool = (text, label, by) => {
            const tool = element("button", { type: "button", ariaLabel: label }, text);
            tool.addEventListener("click", () => { width = Math.min(Math.max(width * by, 240), 6000); apply(); });
            return tool;
        };
        const close = element("button", { type: "button" }, "Close");
        const dialog = element("dialog", { className: "enlarged", ariaLabel: name },
            element("div", { className: "tools" }, tool("−", "Smaller", 1 / 1.4), tool("+", "Larger", 1.4), close),
            element("div", { className: "room", tabIndex: 0, role: "region", ariaLabel: `${name}, enlarged` }, picture));
        close.addEventListener("click", () => dialog.close());
        dialog.addEventListener("close", () => { dialog.remove(); button.focus(); });
        copy.removeAttribute("height");
        copy.alt = image.alt;
        document.body.append(dialog);
        apply();
        dialog.showModal();
    });
}

// ---- What scrolls ------------------------------------------------------------------------------------------------

// Tables and formulas that are wider than the page can be reached with the keyboard, as long as they are.
const scrollers = document.querySelectorAll("main table, main p:has(> math[display='block'])");
const reach = () => {
    for (const scroller of scrollers) {
        if (scroller.scrollWidth > scroller.clientWidth + 1) scroller.tabIndex = 0; else scroller.removeAttribute("tabindex");
    }
};
addEventListener("resize", reach);
reach();

// ---- The page ----------------------------------------------------------------------------------------------------

for (const figure of document.querySelectorAll("figure")) {
    const plot = figure.querySelector(".plot");
    if (!plot) continue;
    const name = figure.querySelector(".number")?.textContent ?? "Figure";
    let line = figure.querySelector(".enlarge");
    if (!line) plot.after(line = element("p", { className: "enlarge" }));
    enlarge(plot, line, name);
    const data = figure.querySelector("script.answers");
    if (!data) continue;
    const answers = JSON.parse(data.textContent);
    const marks = new Marks(plot, name);
    marks.readout = answers.marks?.p.length ? answers.marks : null;
    const exploration = answers.exploration;
    // A report in one file has no drawings besides its figures.
    const isAlone = document.body.classList.contains("bound");
    if (exploration?.kind === "frames" && !isAlone) plot.before(frames(plot, exploration, marks, marks.source));
    if (exploration?.kind === "space") plot.before(space(exploration));
    if (exploration?.kind === "cells") plot.after(cells(plot, exploration, marks));
}
})();
