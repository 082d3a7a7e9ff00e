// Finds the formulas of a chapter: $..$ and $$..$$ in its texts and in the string literals of its C++ files, whole literals that hold TeX
// commands, and the lines of formulas.txt. Leaves out setting them.
'use strict';
const fs = require('fs');
const path = require('path');

const normal = (tex) => tex.replace(/\s+/g, ' ').trim();

/// FNV-1a over the mode and the TeX: the same function as formula_key() in viz/kit/formula_sheet.cpp.
function keyOf(tex, isDisplay) {
    let hash = 0xcbf29ce484222325n;
    for (const byte of Buffer.from((isDisplay ? 'D' : 'I') + normal(tex), 'utf8'))
        hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
    return hash.toString(16).padStart(16, '0');
}

/// Live numbers get the names that stand in the comment before their formula, and are written as values are: the same as with_named_numbers() in
/// viz/kit/formula_marks.cpp.
function withNamedNumbers(text) {
    const mark = /<!-- values:([^\n]*?)-->[ \n>]*(\$\$[\s\S]+?\$\$|\$(?!\$)[\s\S]+?\$)/g;
    return text.replace(mark, (all, words, formula) => {
        const names = words.split(' ').filter(Boolean);
        const numbers = formula.match(/\\mathord\{(?:[^{}]|\{[^{}]*\})*\}/g) || [];
        if (names.length !== numbers.length) return all;
        return numbers.reduce((rest, number, index) => {
            const written = number.slice('\\mathord{'.length, -1).replace(/\{,\}/g, ',').replace(/-/g, '\u2212').replace(/\\thinspace /g, '\u2009');
            return rest.replace(number, () => `\\val{${names[index]}}{${written}}`);
        }, formula);
    });
}

function inMarkdown(markdown) {
    const found = [];
    const text = withNamedNumbers(markdown);
    // Code is no mathematics; quote marks inside a formula that spans lines are not part of it
    let rest = text.replace(/^[ \t>]*(```|~~~)[\s\S]*?^[ \t>]*\1/gm, '').replace(/(`+)(?!`)[^\n]*?[^`\n]\1(?!`)/g, '').replace(/^>[ ]?/gm, '');
    rest = rest.replace(/\$\$([\s\S]+?)\$\$/g, (all, tex) => { found.push({tex: normal(tex), isDisplay: true}); return ' '; });
    rest.replace(/(?<![\\$])\$(?!\s)((?:\\.|[^$\\])+?)\$(?!\d)/g, (all, tex) => { found.push({tex: normal(tex), isDisplay: false}); return ' '; });
    return found;
}

const escapes = {n: '\n', t: '\t', '"': '"', '\\': '\\', "'": "'", 0: '\0', r: '\r'};
/// The string literals of a C++ file, neighbours joined.
function literals(source) {
    const found = [];
    const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|R"([^(\s]*)\(([\s\S]*?)\)\1"|"((?:\\.|[^"\\\n])*)"|'(?:\\.|[^'\\\n])+'|\S/g;
    let isJoining = false;
    for (let match; (match = token.exec(source));) {
        if (match[0].startsWith('//') || match[0].startsWith('/*')) continue;
        const words = match[2] !== undefined ? match[2] : match[3] !== undefined ? match[3].replace(/\\(.)/g, (all, sign) => escapes[sign] ?? all) : null;
        if (words === null) { isJoining = match[0] === 'u' && source.substr(match.index, 3) === 'u8"' ? isJoining : false; continue; }
        if (isJoining) found[found.length - 1] += words;
        else found.push(words);
        isJoining = true;
    }
    return found;
}

function inSource(source) {
    return literals(source).flatMap((words) => {
        const marked = inMarkdown(words);
        if (marked.length > 0) return marked;
        return /\\[A-Za-z]{2,}/.test(words) ? [true, false].map((isDisplay) => ({tex: normal(words), isDisplay})) : [];
    });
}

function collect(folder) {
    const found = [];
    for (const name of fs.readdirSync(folder).sort()) {
        const file = path.join(folder, name);
        if (/^README.*\.md$/.test(name)) found.push(...inMarkdown(fs.readFileSync(file, 'utf8')).map((one) => ({...one, file})));
        if (/^(figure|exercises).*\.(cpp|h)$/.test(name)) found.push(...inSource(fs.readFileSync(file, 'utf8')).map((one) => ({...one, file})));
        if (name === 'formulas.txt')
            for (const line of fs.readFileSync(file, 'utf8').split('\n'))
                if (line.trim()) found.push({tex: normal(line), isDisplay: true, file}, {tex: normal(line), isDisplay: false, file});
    }
    return found;
}

module.exports = {collect, keyOf};
