// Reads and writes tables of text (RFC 4180, also with semicolons or tabs, as spreadsheets save them).

export interface CsvTable {
  head: string[];
  rows: Array<{ line: number; cells: string[] }>; // the line of the file that the row begins in
}

export type CsvProblem = "empty" | "open quote" | "too long";

const SEPARATORS = [",", ";", "\t"] as const;
const MOST_ROWS = 5000;

// The one that the first line has most often outside of quotes.
function separatorOf(text: string): string {
  const counts = new Map<string, number>();
  let quoted = false;
  for (const char of text) {
    if (char === '"') quoted = !quoted;
    else if (!quoted && (char === "\n" || char === "\r")) break;
    else if (!quoted) counts.set(char, (counts.get(char) ?? 0) + 1);
  }
  return SEPARATORS.reduce((best, one) => ((counts.get(one) ?? 0) > (counts.get(best) ?? 0) ? one : best));
}

// Leaves out empty rows. A row that is shorter than the head has empty cells.
export function parseCsv(whole: string): CsvTable | CsvProblem {
  const text = whole.replace(/^\uFEFF/, "");
  const separator = separatorOf(text);
  const rows: CsvTable["rows"] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  let line = 1;
  let begun = 1;
  const endRow = () => {
    cells.push(cell);
    if (cells.some((one) => one.trim())) rows.push({ line: begun, cells });
    cells = [];
    cell = "";
  };
  for (let i = 0; i < text.length; ++i) {
    const char = text[i]!;
    if (char === "\n") ++line;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (char === '"' && cell.trim() === "") {
      quoted = true;
      cell = "";
    } else if (char === separator) {
      cells.push(cell);
      cell = "";
    } else if (char === "\n" || char === "\r") {
      if (char === "\r" && text[i + 1] === "\n") (++i, ++line);
      endRow();
      begun = line;
      if (rows.length > MOST_ROWS + 1) return "too long";
    } else {
      cell += char;
    }
  }
  if (quoted) return "open quote";
  endRow();
  const [head, ...body] = rows;
  if (!head || body.length === 0) return "empty";
  return { head: head.cells.map((one) => one.trim()), rows: body.slice(0, MOST_ROWS).map((row) => ({ line: row.line, cells: head.cells.map((_, i) => (row.cells[i] ?? "").trim()) })) };
}

// A cell that a spreadsheet would run as a formula begins with '.
export function formatCsv(rows: string[][]): string {
  const cell = (text: string) => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}
