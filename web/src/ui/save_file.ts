// Gives a person a file that the page has made or read.
const KEPT_MS = 10_000; // longer than a browser takes to begin

export function saveFile(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
