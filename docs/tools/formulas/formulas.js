// Sets every formula of the book with MathJax and writes assets/formulas/<chapter>.txt, which the program draws without TeX or node.
// Leaves out anything about pixels and colours: those are chosen at run time by viz/kit/formula.cpp.
//   cd docs/tools/formulas && npm ci && node formulas.js            every chapter
//   node formulas.js 07                                             one chapter
'use strict';
const fs = require('fs');
const path = require('path');
const {collect, keyOf} = require('./collect.js');
const {setFormula, digitTable} = require('./flatten.js');

const root = path.resolve(__dirname, '../../..');

class Sheet {
    constructor() { this.glyphs = new Map(); this.formulas = new Map(); }
    glyph(outline) {
        if (!this.glyphs.has(outline)) this.glyphs.set(outline, this.glyphs.size);
        return this.glyphs.get(outline);
    }
    text() {
        const characters = digitTable().map(([code, width, outline]) => `c ${code.toString(16)} ${width} ${outline ? this.glyph(outline) : -1}`);
        const sorted = [...this.formulas.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
        const lines = sorted.flatMap((formula) => writeFormula(formula, this));
        const glyphs = [...this.glyphs].map(([outline, id]) => `g ${id} ${outline}`);
        return ['convbook formulas 1: made by docs/tools/formulas, see docs/writing.md', ...glyphs, ...characters, ...lines].join('\n') + '\n';
    }
}

const number = (value) => String(Math.round(value * 10) / 10);
const scale = (value) => String(Math.round(value * 1000) / 1000);

function writeNode(node, depth, sheet, lines) {
    const head = `${depth} ${node.kind} ${number(node.x)} ${number(node.y)} ${scale(node.scale)} ${number(node.width)} ${node.role || '-'}`;
    const tail = node.kind === 'glyph' ? ` ${sheet.glyph(node.outline)}` : node.kind === 'rect' ? ` ${number(node.height)}`
        : node.kind === 'slot' ? ` ${node.name} ${node.text}` : node.kind === 'words' ? ` ${node.style} ${node.text}` : node.kind === 'table' ? ` ${node.align}` : '';
    lines.push(head + tail);
    for (const kid of node.kids || []) writeNode(kid, depth + 1, sheet, lines);
}

function writeFormula(formula, sheet) {
    const lines = [`f ${formula.key} ${number(formula.width)} ${number(formula.height)} ${number(formula.depth)}`, `x ${formula.tex}`];
    writeNode(formula.root, 0, sheet, lines);
    return lines;
}

function makeChapter(folder) {
    const sheet = new Sheet();
    for (const {tex, isDisplay, file} of collect(path.join(root, 'chapters', folder))) {
        try {
            const key = keyOf(tex, isDisplay);
            if (!sheet.formulas.has(key)) sheet.formulas.set(key, {key, tex, ...setFormula(tex, isDisplay)});
        } catch (error) {
            console.error(`formulas: ${path.relative(root, file)}: ${tex}\n    ${error.message}. The macros of the book are listed in docs/writing.md.`);
            process.exitCode = 1;
        }
    }
    const target = path.join(root, 'assets', 'formulas', `${folder}.txt`);
    if (sheet.formulas.size === 0) return;
    fs.writeFileSync(target, sheet.text());
    console.error(`${folder}: ${sheet.formulas.size} formulas, ${sheet.glyphs.size} glyphs, ${fs.statSync(target).size} bytes`);
}

const wanted = process.argv.slice(2);
for (const folder of fs.readdirSync(path.join(root, 'chapters')).sort())
    if (/^(\d\d|_)/.test(folder) && (wanted.length === 0 || wanted.some((word) => folder.startsWith(word)))) makeChapter(folder);
