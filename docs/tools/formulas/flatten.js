// One formula: TeX -> MathJax's SVG -> a tree of glyphs, rules, slots and words, in thousandths of an em, y upwards.
// The tree keeps rows, fractions, scripts, stacks, roots and tables apart, so that the program can re-lay them out when a slot grows.
'use strict';
const {mathjax} = require('mathjax-full/js/mathjax.js');
const {TeX} = require('mathjax-full/js/input/tex.js');
const {SVG} = require('mathjax-full/js/output/svg.js');
const {SVGWrapper} = require('mathjax-full/js/output/svg/Wrapper.js');
const {TeXFont} = require('mathjax-full/js/output/svg/fonts/tex.js');
const {liteAdaptor} = require('mathjax-full/js/adaptors/liteAdaptor.js');
const {RegisterHTMLHandler} = require('mathjax-full/js/handlers/html.js');
const {AllPackages} = require('mathjax-full/js/input/tex/AllPackages.js');

/// The colours that stand for roles in the texts, as in viz/kit/formula_marks.cpp.
const colours = {steelblue: 'input', chocolate: 'weights', seagreen: 'output', mediumorchid: 'gradient', crimson: 'accent'};
const roles = Object.values(colours);
const macros = {val: ['\\class{val-#1}{#2}', 2]};

/// The program knows roles, not colours: a theme chooses those.
function rolesForColours(tex) {
    return tex.replace(/\\textcolor\{([^}]*)\}/g, (all, colour) => {
        if (!colours[colour]) throw new Error(`${colour} stands for no role; use one of ${Object.keys(colours).join(', ')}`);
        return `\\class{role-${colours[colour]}}`;
    });
}

const adaptor = liteAdaptor();
RegisterHTMLHandler(adaptor);
const packages = AllPackages.filter((name) => !['noerrors', 'noundefined', 'bussproofs'].includes(name));
const book = mathjax.document('', {InputJax: new TeX({packages, macros}), OutputJax: new SVG({fontCache: 'none'})});

// Every group tells its own width, which MathJax knows and SVG does not
const createSVGnode = SVGWrapper.prototype.createSVGnode;
SVGWrapper.prototype.createSVGnode = function (parent) {
    const element = createSVGnode.call(this, parent);
    adaptor.setAttribute(element, 'data-w', String(this.getBBox().w * 1000));
    const align = this.node.kind === 'mtable' ? this.node.attributes.get('columnalign') : '';
    if (align) adaptor.setAttribute(element, 'data-align', align);
    return element;
};

// ---- Words under a formula: \underset{\text{depthwise }\val{name}{160}}{formula} ---------------------------------------------------
/// Words are set by the program's caption face; MathJax only keeps room for them.
function takeNotes(tex, notes) {
    return tex.replace(/\\underset\{((?:\\text\{[^{}]*\}|\\val\{[^{}]*\}\{[^{}]*\})+)\}/g, (all, words) => {
        const shown = words.replace(/\\val\{([^}]*)\}\{([^}]*)\}/g, '{$1=$2}').replace(/\\text\{([^{}]*)\}/g, '$1');
        const plain = shown.replace(/\{[^=]*=([^}]*)\}/g, '$1');
        const ems = [...plain].reduce((sum, sign) => sum + (sign.codePointAt(0) > 0x2e7f ? 0.81 : 0.45), 0);
        notes.push(shown);
        return `\\underset{\\class{note-${notes.length - 1}}{\\rule{0pt}{0.75em}\\hspace{${ems.toFixed(2)}em}}}`;
    });
}

/// Thousands are grouped by commas that are no punctuation.
const groupThousands = (tex) => tex.replace(/(\\val\{[^}]*\})\{([^{}]*)\}/g, (all, head, text) => `${head}{${text.replace(/,/g, '{,}').replace(/−/g, '-')}}`);

// ---- From SVG to the tree --------------------------------------------------------------------------------------------------------
function readTransform(text) {
    const result = {x: 0, y: 0, scale: 1, stretch: null};
    for (const [, kind, inside] of (text || '').matchAll(/(\w+)\(([^)]*)\)/g)) {
        const values = inside.split(/[ ,]+/).map(Number);
        if (kind === 'translate') { result.x += result.scale * values[0]; result.y += result.scale * (values[1] || 0); }
        else if (kind === 'scale' && values.length === 1) result.scale *= values[0];
        else if (kind === 'scale') result.stretch = values;
        else throw new Error(`MathJax used ${kind}(), which the book's formulas do not know`);
    }
    return result;
}

const attribute = (element, name) => adaptor.getAttribute(element, name) || '';
const numeric = (element, name) => Number(attribute(element, name) || 0);
const children = (element) => adaptor.childNodes(element).filter((kid) => adaptor.kind(kid) !== '#text');
const textOf = (element) => (attribute(element, 'data-c') ? String.fromCodePoint(parseInt(attribute(element, 'data-c'), 16)) : children(element).map(textOf).join(''));

const kinds = {mfrac: 'frac', msup: 'script', msub: 'script', msubsup: 'script', mmultiscripts: 'script', munder: 'stack', mover: 'stack',
    munderover: 'stack', msqrt: 'root', mroot: 'root', mtable: 'table', mtr: 'tr', mlabeledtr: 'tr', mtd: 'td'};

function bounds(outline) {
    const xs = [], ys = [];
    let x = 0, y = 0;
    for (const [, letter, inside] of outline.matchAll(/([MLHVQTZ])([^MLHVQTZ]*)/g)) {
        const values = (inside.match(/-?[\d.]+/g) || []).map(Number);
        if (letter === 'H') xs.push(...values);
        else if (letter === 'V') ys.push(...values);
        else values.forEach((value, index) => (index % 2 ? ys : xs).push(value));
    }
    return {left: Math.min(...xs), right: Math.max(...xs), bottom: Math.min(...ys), top: Math.max(...ys)};
}

/// MathJax crops a stretched glyph to the middle of a brace or fence: what is left is a rule.
function readCropped(element, role) {
    const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) => numeric(element, name));
    const box = attribute(element, 'viewBox').split(' ').map(Number);
    const part = children(element)[0];
    const shape = bounds(attribute(part, 'd'));
    const isTall = height > width;
    const rule = isTall ? {x: x + shape.left - box[0], y, width: shape.right - shape.left, height} : {x, y: y + shape.bottom - box[1], width, height: shape.top - shape.bottom};
    return {kind: 'rect', scale: 1, role, ...rule};
}

function readElement(element, role, notes) {
    const kind = adaptor.kind(element);
    const place = readTransform(attribute(element, 'transform'));
    if (kind === 'path' && !attribute(element, 'd')) return null;
    if (kind === 'path') return {kind: 'glyph', ...place, width: 0, role, outline: attribute(element, 'd')};
    if (kind === 'rect') {
        const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) => numeric(element, name));
        return width > 0 && height > 0 ? {kind: 'rect', x: place.x + x * place.scale, y: place.y + y * place.scale, scale: place.scale, width, height, role} : null;
    }
    if (kind === 'svg') return readCropped(element, role);
    if (kind === 'text') return {kind: 'words', x: place.x, y: place.y, scale: 1, width: 0, role, style: 'body', text: adaptor.textContent(element)};
    if (kind === 'line') throw new Error('lines in tables are not supported; use a Markdown table');
    if (kind !== 'g') throw new Error(`MathJax used <${kind}>, which the book's formulas do not know`);
    return readGroup(element, place, role, notes);
}

function readGroup(element, place, outerRole, notes) {
    const classes = attribute(element, 'class').split(' ');
    const role = roles.find((name) => classes.includes(`role-${name}`)) || outerRole;
    const slot = classes.find((name) => name.startsWith('val-'));
    const note = classes.find((name) => name.startsWith('note-'));
    const base = {x: place.x, y: place.y, scale: place.scale, width: numeric(element, 'data-w'), role};
    if (slot) return {kind: 'slot', ...base, name: slot.slice(4), text: textOf(element)};
    if (note) return {kind: 'words', ...base, style: 'caption', text: notes[Number(note.slice(5))]};
    const kids = children(element).map((kid) => readElement(kid, role, notes)).filter(Boolean);
    let kind = kinds[attribute(element, 'data-mml-node')] || 'row';
    if (kind === 'stack' && kids[1] && kids[1].x >= kids[0].x + kids[0].width * kids[0].scale - 1 && kids[0].width > 0) kind = 'script';
    if (kind === 'row' && kids.length === 0) return null;
    const node = {kind, ...base, kids};
    if (kind === 'table') node.align = attribute(element, 'data-align').replace(/ /g, ',') || 'center';
    return node;
}

/// Rows inside rows are one row; what only wraps one thing is that thing.
function simplify(node) {
    if (!node.kids) return node;
    node.kids = node.kids.map(simplify).flatMap((kid) => (kid.kind === 'row' && (node.kind === 'row' || node.kind === 'td') ? kid.kids.map((inner) => lift(inner, kid)) : [kid]));
    return node;
}
function lift(inner, outer) {
    return {...inner, x: outer.x + inner.x * outer.scale, y: outer.y + inner.y * outer.scale, scale: inner.scale * outer.scale};
}

function findError(element) {
    if (attribute(element, 'data-mml-node') === 'merror') return attribute(element, 'title') || adaptor.textContent(element) || 'TeX error';
    for (const kid of children(element)) {
        const error = findError(kid);
        if (error) return error;
    }
    return '';
}

function setFormula(tex, isDisplay) {
    const notes = [];
    const container = book.convert(groupThousands(takeNotes(rolesForColours(tex), notes)), {display: isDisplay});
    const svg = children(container)[0];
    const error = findError(svg);
    if (error) throw new Error(error);
    const [, top, width, height] = attribute(svg, 'viewBox').split(' ').map(Number);
    const root = simplify({kind: 'row', x: 0, y: 0, scale: 1, width, kids: children(children(svg)[0]).map((kid) => readElement(kid, '', notes)).filter(Boolean)});
    // A displayed formula begins flush with the text: TeX's room for a missing fence is not wanted there
    const flush = isDisplay && root.kids.length > 0 && root.kids[0].kind === 'frac' ? 120 : 0;
    for (const kid of root.kids) kid.x -= flush;
    return {width: width - flush, height: -top, depth: height + top, root};
}

/// Code point, width and outline of every character a live value may be written with.
function digitTable() {
    const font = new TeXFont();
    const codes = [...'0123456789.,−×·+=/%()MKGBk'].map((sign) => sign.codePointAt(0));
    const known = codes.map((code) => {
        const variant = code === 0xb7 ? font.getChar('normal', 0x22c5) : font.getChar('normal', code);
        return variant ? [code, Math.round(variant[2] * 1000), variant[3] && variant[3].p ? `M${variant[3].p}Z` : ''] : null;
    });
    return [...known.filter(Boolean), [0x20, 250, ''], [0x2009, 167, ''], [0xa0, 250, '']];
}

module.exports = {setFormula, digitTable};
