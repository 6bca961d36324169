// Panels that train a toy model in the reader's browser: x' = ReLU(Wᵀ W x + b), with AdamW, on fresh samples at every
// step. The same computation as the program's plain reference, which each panel repeats for a few steps as a check.
(() => {
    "use strict";

    // ---- Random numbers: xoshiro128, seeded by SplitMix64, as the program's ------------------------------------

    function randomStream(key) {
        const mask = (1n << 64n) - 1n;
        let mixer = BigInt(key);
        const words = [];
        for (let i = 0; i < 2; i++) {
            mixer = (mixer + 0x9E3779B97F4A7C15n) & mask;
            let z = mixer;
            z = ((z ^ (z >> 30n)) * 0xBF58476D1CE4E5B9n) & mask;
            z = ((z ^ (z >> 27n)) * 0x94D049BB133111EBn) & mask;
            z ^= z >> 31n;
            words.push(Number(z & 0xFFFFFFFFn) | 0, Number(z >> 32n) | 0);
        }
        let [a, b, c, d] = words;
        if (!(a | b | c | d)) a = 1;

        function advance() {
            const t = b << 9;
            c ^= a;
            d ^= b;
            b ^= c;
            a ^= d;
            c ^= t;
            d = (d << 11) | (d >>> 21);
        }
        function next32() {
            const sum = (a + d) | 0;
            const result = (((sum << 7) | (sum >>> 25)) + a) >>> 0;
            advance();
            return result;
        }
        /** Uniform on [0, 1). */
        function uniform() {
            const sum = (a + d) | 0;
            advance();
            return (sum >>> 9) / 8388608;
        }
        function signed() {
            const high = next32();
            return (high * 2097152 + (next32() >>> 11)) / 4503599627370496 - 1;
        }
        /** From the standard normal distribution. */
        function normal() {
            for (;;) {
                const u = signed();
                const v = signed();
                const s = u * u + v * v;
                if (s > 0 && s < 1) return u * Math.sqrt(-2 * Math.log(s) / s);
            }
        }
        return { uniform, normal };
    }

    // ---- Data: which features are active, and their values -----------------------------------------------------

    /** Fills x with one sample. Dependent features come in pairs. Rounded to single precision, as the program's are. */
    function sampler(features, density, dependence) {
        const round = Math.fround;
        const scale = round(1 / density);
        const limit = round(density);
        const share = round(density / 2);
        const gates = new Float64Array(features / 2);
        return (x, random) => {
            if (dependence === "independent") {
                for (let i = 0; i < features; i++) {
                    const u = random.uniform();
                    x[i] = u < limit ? round(u * scale) : 0;
                }
                return;
            }
            for (let g = 0; g < features / 2; g++) gates[g] = random.uniform();
            for (let i = 0; i < features; i++) {
                const u = random.uniform();
                const gate = gates[i >> 1];
                const isActive =
                    dependence === "correlated" ? gate < limit
                    : i % 2 === 0 ? gate < share
                    : gate >= share && gate < round(2 * share);
                x[i] = isActive ? u : 0;
            }
        };
    }

    // ---- The model, its loss and gradient, and AdamW ------------------------------------------------------------

    function newModel(n, m, random) {
        const W = new Float64Array(m * n);
        const deviation = Math.sqrt(2 / (n + m));
        for (let j = 0; j < W.length; j++) W[j] = deviation * random.normal();
        return { n, m, W, b: new Float64Array(n) };
    }

    /** The mean loss over `count` samples that `draw` gives; its gradient is left in `gradient`. */
    function lossAndGradient(model, importance, draw, count, gradient) {
        const { n, m, W, b } = model;
        const x = new Float64Array(n);
        const h = new Float64Array(m);
        const back = new Float64Array(m);
        const delta = new Float64Array(n);
        const scale = 1 / count;
        let loss = 0;
        gradient.W.fill(0);
        gradient.b.fill(0);
        for (let s = 0; s < count; s++) {
            draw(x, s);
            for (let k = 0; k < m; k++) {
                h[k] = 0;
                back[k] = 0;
                for (let i = 0; i < n; i++) h[k] += W[k * n + i] * x[i];
            }
            for (let i = 0; i < n; i++) {
                let z = b[i];
                for (let k = 0; k < m; k++) z += W[k * n + i] * h[k];
                const error = (z > 0 ? z : 0) - x[i];
                loss += scale * importance[i] * error * error;
                delta[i] = z > 0 ? 2 * scale * importance[i] * error : 0;
                gradient.b[i] += delta[i];
                for (let k = 0; k < m; k++) back[k] += W[k * n + i] * delta[i];
            }
            for (let k = 0; k < m; k++) {
                for (let i = 0; i < n; i++) gradient.W[k * n + i] += back[k] * x[i] + delta[i] * h[k];
            }
        }
        return loss;
    }

    function newOptimizer(settings, count) {
        const { beta1, beta2, epsilon, weightDecay } = settings;
        const mean = new Float64Array(count);
        const meanSquare = new Float64Array(count);
        let [power1, power2] = [1, 1];
        return (parameters, gradient, rate) => {
            power1 *= beta1;
            power2 *= beta2;
            for (let j = 0; j < count; j++) {
                const g = gradient[j];
                mean[j] = beta1 * mean[j] + (1 - beta1) * g;
                meanSquare[j] = beta2 * meanSquare[j] + (1 - beta2) * g * g;
                const denominator = Math.sqrt(meanSquare[j] / (1 - power2)) + epsilon;
                parameters[j] -= rate * weightDecay * parameters[j];
                parameters[j] -= rate * mean[j] / (1 - power1) / denominator;
            }
        };
    }

    function learningRate(settings, step, steps) {
        const t = Math.min(1, step / steps);
        const share = {
            constant: 1, linear: 1 - t, cosine: 0.5 * (1 + Math.cos(Math.PI * t)), late: Math.min(1, 5 * (1 - t)),
        }[settings.schedule];
        return settings.schedule === "constant"
            ? settings.rate : settings.rate * (settings.final + (1 - settings.final) * share);
    }

    function importances(n, decay) {
        const values = [1];
        while (values.length < n) values.push(values[values.length - 1] * decay);
        return values;
    }

    /** A model in training; `step(density, …)` takes one step and gives the loss of its batch. */
    function trainer(settings, seed) {
        const random = randomStream(seed);
        const model = newModel(settings.features, settings.hidden, random);
        const gradient = { W: new Float64Array(model.W.length), b: new Float64Array(model.n) };
        const update = {
            W: newOptimizer(settings, model.W.length), b: newOptimizer(settings, model.n),
        };
        function step({ density, decay, dependence, batch }, rate, observe) {
            const sample = sampler(model.n, density, dependence);
            const draw = (x, s) => {
                sample(x, random);
                if (observe) observe.sample(x, s);
            };
            const loss = lossAndGradient(model, importances(model.n, decay), draw, batch, gradient);
            if (observe) observe.gradient(loss, gradient);
            update.W(model.W, gradient.W, rate);
            update.b(model.b, gradient.b, rate);
            return loss;
        }
        return { model, step };
    }

    const norm = ({ n, m, W }, i) => Math.hypot(...Array.from({ length: m }, (_, k) => W[k * n + i]));

    /** The features whose directions are longer than one half, as the chapters count them. */
    const represented = (model) => [...Array(model.n).keys()].filter((i) => norm(model, i) > 0.5);

    /** The largest difference between what this script computes and what the program's reference computed. */
    function differenceFromReference(settings, check) {
        let largest = 0;
        const compare = (got, want) => {
            const difference = got.length === want.length
                ? got.reduce((most, value, j) => Math.max(most, Math.abs(value - want[j])), 0) : Infinity;
            // What is not a number is no small difference.
            largest = difference >= 0 ? Math.max(largest, difference) : Infinity;
        };
        const training = trainer(settings, check.seed);
        compare(training.model.W, check.initial);
        check.W.forEach((W, step) => {
            const observe = step > 0 ? null : {
                sample: (x, s) => compare(x, check.samples[s]),
                gradient: (loss, gradient) => {
                    compare([loss], [check.loss]);
                    compare(gradient.W, check.gradientW);
                    compare(gradient.b, check.gradientB);
                },
            };
            training.step(
                { ...settings, density: check.density, batch: check.batch },
                learningRate(settings, step, settings.steps), observe);
            compare(training.model.W, W);
            compare(training.model.b, check.b[step]);
        });
        compare(represented(training.model), check.represented);
        return largest;
    }

    // ---- The panel ----------------------------------------------------------------------------------------------

    const words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    const inWords = (count) => words[count] ?? String(count);
    const capital = (text) => text[0].toUpperCase() + text.slice(1);
    const densities = [1, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.08, 0.05, 0.03, 0.02];
    const partners = {
        correlated: ["always together", "Partners are active together."],
        independent: ["independently", "All features come and go independently."],
        anticorrelated: ["never together", "Of two partners at most one is active."],
    };

    function element(name, attributes = {}, ...children) {
        const isGraphic = ["svg", "path", "circle", "line", "text", "g"].includes(name);
        const made = isGraphic
            ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
        for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
        made.append(...children);
        return made;
    }

    /** The range at the nearest of its values, in a label that tells it. */
    function slider(panel, name, values, value, text, change) {
        const id = `${panel.id}-${name.split(" ")[0].toLowerCase()}`;
        const nearest = values.reduce((best, v, i) => Math.abs(v - value) < Math.abs(values[best] - value) ? i : best, 0);
        const input = element("input", { type: "range", id, min: 0, max: values.length - 1, step: 1, value: nearest });
        // The range itself tells its value to those who listen.
        const output = element("span", { class: "value", "aria-hidden": "true" });
        const tell = () => {
            output.textContent = text(values[input.value]);
            input.setAttribute("aria-valuetext", output.textContent);
        };
        input.addEventListener("input", () => {
            tell();
            change(values[input.value]);
        });
        tell();
        return [element("div", { class: "slider" }, element("label", { for: id }, name), output, input), values[nearest]];
    }

    function set(panel) {
        const data = panel.dataset;
        const check = JSON.parse(panel.querySelector("script.check").textContent);
        const settings = {
            features: +data.features, hidden: +data.hidden, steps: +data.steps, batch: +data.batch, density: +data.density,
            decay: +data.decay, dependence: data.dependence, rate: +data.rate, final: +data.final, schedule: data.schedule,
            beta1: +data.beta1, beta2: +data.beta2, epsilon: +data.epsilon, weightDecay: +data.weightDecay,
        };
        const difference = differenceFromReference(settings, check);
        panel.dataset.difference = difference;

        const inPairs = settings.dependence !== "independent";
        const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
        let seed = check.seed;
        let training = trainer(settings, seed);
        // Steps taken, where the schedule began, and the losses: smoothed, one for every few steps.
        let [taken, began] = [0, 0];
        let [smooth, weight] = [0, 0];
        let losses = [];
        let stride = 5;
        let trails = [];
        let state = "ready";
        let isVisible = false;
        let frame = 0;
        let last = 0;
        let drawn = 0;

        // Controls
        const changed = () => {
            // The rest of a schedule whose rate has fallen would not follow the change.
            if (state === "running" || state === "paused") began = taken;
            if (state === "done") say("", "changed");
            tell();
        };
        const [densitySlider, density] = slider(
            panel, "Density", densities, settings.density, (v) => `${v}`, (v) => { settings.density = v; changed(); });
        const [decaySlider, decay] = slider(
            panel, "Importance of each feature, times the one before", [0.5, 0.6, 0.7, 0.8, 0.9, 1], settings.decay,
            (v) => `${v}`, (v) => { settings.decay = v; changed(); });
        [settings.density, settings.decay] = [density, decay];
        const go = element("button", { type: "button", class: "go" }, "Start");
        const anew = element("button", { type: "button", class: "anew" }, "New start");
        const controls = element("div", { class: "controls" }, densitySlider, decaySlider);
        if (inPairs) {
            const name = `${panel.id}-partners`;
            const choices = Object.entries(partners).map(([value, [label]]) => {
                const input = element("input", { type: "radio", name, value });
                input.checked = value === settings.dependence;
                input.addEventListener("change", () => { settings.dependence = value; changed(); });
                return element("label", {}, input, ` ${label}`);
            });
            controls.append(element("fieldset", {}, element("legend", {}, "Partners are active"), ...choices));
        }
        controls.append(element("div", { class: "buttons" }, go, anew));

        // Views
        const plane = element("svg", { viewBox: "-1.5 -1.5 3 3", role: "img", class: "plane" });
        const curve = element("svg", { viewBox: "0 0 300 300", role: "img", class: "curve" });
        const arrows = [...Array(settings.features).keys()].map((i) => {
            const style = inPairs ? `--of: var(--pair-${(i >> 1) % 3})` : `--of: var(--feature-${Math.min(i, 4)})`;
            const group = element("g", { style });
            const parts = {
                trail: element("path", { class: "trail" }), line: element("line", { x1: 0, y1: 0 }),
                tip: element("circle", { r: 0.045 }), name: element("text", { "text-anchor": "middle" }),
            };
            parts.name.textContent = i + 1;
            group.append(...Object.values(parts));
            return { group, ...parts };
        });
        plane.append(
            element("line", { x1: -1.5, x2: 1.5, y1: 0, y2: 0, class: "axis" }),
            element("line", { y1: -1.5, y2: 1.5, x1: 0, x2: 0, class: "axis" }),
            element("circle", { r: 1, class: "unit" }), ...arrows.map((arrow) => arrow.group).reverse());
        const line = element("path", { class: "loss" });
        const ticks = element("g", { class: "ticks" });
        curve.append(ticks, line);
        const views = element(
            "div", { class: "views" },
            element("figure", {}, plane, element("figcaption", {}, "Columns of W, one per feature; the circle has radius 1")),
            element("figure", {}, curve, element("figcaption", {}, "Loss while it trains")));

        const progress = element("p", { class: "progress" });
        const status = element("p", { class: "status", role: "status" });
        const exponent = difference > 0 ? Math.ceil(Math.log10(difference)) : -16;
        const agreement = element(
            "p", { class: "agreement" },
            difference < 1e-9
                ? `Checked in your browser just now: ${check.W.length} steps agree with the program’s reference to within `
                : "In your browser this panel computes something else than the program does.");
        if (difference < 1e-9) agreement.append("10", element("sup", {}, `${exponent}`.replace("-", "−")), ".");
        panel.querySelector("script.check").remove();
        panel.append(controls, views, progress, status, agreement);

        // ---- Telling

        function angle(i, j) {
            const { n, m, W } = training.model;
            let dot = 0;
            for (let k = 0; k < m; k++) dot += W[k * n + i] * W[k * n + j];
            const cosine = dot / (norm(training.model, i) * norm(training.model, j));
            return Math.round(Math.acos(Math.max(-1, Math.min(1, cosine))) * 180 / Math.PI);
        }

        function result() {
            const { n, W } = training.model;
            const kept = represented(training.model);
            const text = `${inWords(kept.length)} feature${kept.length === 1 ? " is" : "s are"} represented`;
            if (inPairs) {
                const angles = [];
                for (let i = 0; i < n; i += 2) {
                    if (kept.includes(i) && kept.includes(i + 1)) angles.push(`${angle(i, i + 1)}°`);
                }
                return text + (angles.length ? `, with angles between partners of ${angles.join(" and ")}` : "");
            }
            if (kept.length < 2) return text;
            const directions = kept.map((i) => Math.atan2(W[n + i], W[i])).sort((a, b) => a - b);
            const gaps = directions.map((direction, j) => {
                const after = directions[j + 1] ?? directions[0] + 2 * Math.PI;
                return Math.round((after - direction) * 180 / Math.PI);
            }).sort((a, b) => a - b);
            const [least, most] = [gaps[0], gaps[gaps.length - 1]];
            return `${text}, with gaps of ${least === most ? `${least}°` : `${least}° to ${most}°`} around the circle`;
        }

        function say(text, why) {
            status.textContent = text;
            panel.dataset.state = why ?? state;
        }

        function tell() {
            const left = began + settings.steps - taken;
            const isOver = left <= 0;
            go.textContent = state === "running" ? "Pause" : taken === 0 ? "Start" : isOver ? "Train on" : "Continue";
            const about = inPairs ? ` ${partners[settings.dependence][1]}` : "";
            progress.textContent = taken === 0
                ? `Not trained yet: random directions.${about}`
                : `Step ${taken.toLocaleString("en")} of ${(began + settings.steps).toLocaleString("en")}, loss `
                    + `${smoothed().toPrecision(2)}.${about}`;
        }

        const smoothed = () => (weight > 0 ? smooth / weight : 0);

        // ---- Drawing

        function draw() {
            const { n, W } = training.model;
            arrows.forEach((arrow, i) => {
                const [x, y] = [W[i], -W[n + i]];
                const length = Math.hypot(x, y) || 1;
                arrow.line.setAttribute("x2", x);
                arrow.line.setAttribute("y2", y);
                arrow.tip.setAttribute("cx", x);
                arrow.tip.setAttribute("cy", y);
                const reach = Math.max(0.18, Math.min(1.38, Math.hypot(x, y) + 0.14)) / length;
                arrow.name.setAttribute("x", x * reach);
                arrow.name.setAttribute("y", y * reach + 0.05);
                arrow.trail.setAttribute("d", trails.length > 1 ? "M" + trails.map((at) => at[i]).join("L") : "");
            });
            drawCurve();
            tell();
        }

        function drawCurve() {
            const [left, top, width, height] = [46, 12, 242, 246];
            const end = Math.max(began + settings.steps, taken);
            const positive = losses.filter((loss) => loss > 0);
            const [least, most] = positive.length ? [Math.min(...positive), Math.max(...positive)] : [0.01, 1];
            const low = Math.floor(Math.log10(least) + 1e-9);
            const high = Math.max(low + 1, Math.ceil(Math.log10(most) - 1e-9));
            const x = (step) => left + width * step / end;
            const y = (loss) => top + height * (high - Math.log10(loss)) / (high - low);
            const label = (at, to, anchor, text) => {
                const made = element("text", { x: at, y: to, "text-anchor": anchor });
                made.textContent = text;
                return made;
            };
            const marks = [];
            for (let power = low; power <= high; power++) {
                const at = y(10 ** power);
                marks.push(element("line", { x1: left, x2: left + width, y1: at, y2: at }));
                marks.push(label(left - 6, at + 4, "end", `${+(10 ** power).toPrecision(1)}`));
            }
            for (const step of [0, end / 2, end]) {
                marks.push(label(x(step), top + height + 20, step === end ? "end" : "middle", step.toLocaleString("en")));
            }
            marks.push(label(left + width / 2, top + height + 38, "middle", "steps"));
            ticks.replaceChildren(...marks);
            const points = losses.map((loss, j) => `${x((j + 1) * stride).toFixed(1)} ${y(loss).toFixed(1)}`);
            line.setAttribute("d", points.length > 1 ? "M" + points.join("L") : "");
        }

        function describe() {
            plane.setAttribute("aria-label", taken === 0 ? "Random directions." : `${capital(result())}.`);
            curve.setAttribute(
                "aria-label",
                taken === 0 ? "No loss yet." : `The loss after ${taken.toLocaleString("en")} steps is ${smoothed().toPrecision(2)}.`);
        }

        // ---- Training

        function train(count) {
            for (let s = 0; s < count; s++) {
                const loss = training.step(settings, learningRate(settings, taken - began, settings.steps));
                taken += 1;
                smooth = 0.95 * smooth + 0.05 * loss;
                weight = 0.95 * weight + 0.05;
                if (taken % stride === 0) losses.push(smoothed());
            }
            // However long one trains, the curve stays drawable.
            if (losses.length > 800) {
                losses = losses.filter((_, j) => j % 2 === 1);
                stride *= 2;
            }
        }

        function leaveTrail() {
            const { n, W } = training.model;
            trails = [...trails.slice(-90), arrows.map((_, i) => `${W[i].toFixed(3)} ${(-W[n + i]).toFixed(3)}`)];
        }

        function run(now) {
            frame = 0;
            if (state !== "running" || !isVisible) return;
            // A tenth of a second at most, after which a page that was away goes on where it was.
            const elapsed = Math.min(100, last ? now - last : 16);
            last = now;
            const wanted = Math.max(1, Math.round(elapsed * settings.steps / 5000));
            const stop = performance.now() + 10;
            let count = 0;
            const left = began + settings.steps - taken;
            while (count < Math.min(wanted, left) && performance.now() < stop) {
                train(1);
                count += 1;
            }
            if (!isStill) leaveTrail();
            if (taken >= began + settings.steps) {
                end("done", `Trained at density ${settings.density}: ${result()}.`);
            } else if (!isStill || now - drawn > 500) {
                drawn = now;
                draw();
            }
            ask();
        }

        function ask() {
            if (state === "running" && isVisible && !frame) frame = requestAnimationFrame(run);
        }

        function end(next, text) {
            state = next;
            last = 0;
            draw();
            describe();
            say(text);
        }

        function start() {
            // A schedule that is over begins again, from the weights that there are.
            if (taken >= began + settings.steps) began = taken;
            state = "running";
            last = 0;
            say("");
            tell();
            ask();
        }

        go.addEventListener("click", () => {
            if (state === "running") {
                end("paused", `Paused at density ${settings.density}: ${result()}.`);
            } else {
                start();
            }
        });
        anew.addEventListener("click", () => {
            seed += 1;
            training = trainer(settings, seed);
            [taken, began, smooth, weight, stride] = [0, 0, 0, 0, 5];
            [losses, trails] = [[], []];
            draw();
            start();
        });
        new IntersectionObserver((entries) => {
            isVisible = entries[entries.length - 1].isIntersecting;
            last = 0;
            ask();
        }).observe(views);

        end("ready", "");
    }

    // The arithmetic waits until a panel comes near.
    const near = new IntersectionObserver((entries) => {
        for (const entry of entries.filter((entry) => entry.isIntersecting)) {
            near.unobserve(entry.target);
            set(entry.target);
        }
    }, { rootMargin: "1000px" });
    document.querySelectorAll(".panel.training").forEach((panel) => near.observe(panel));
})();
