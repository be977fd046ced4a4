// Reads Server-Sent Events (HTML Living Standard, 9.2.6) from pieces of text. Pure.
export interface StreamEvent {
  id: string; // the last id, also of an earlier block
  type: string; // "message" where the block names none
  data: string; // empty for a block that only has an id
}

const LONGEST_BUFFER = 8 * 1024 * 1024;

export class EventParser {
  private buffer = "";
  private id = "";
  private type = "";
  private data: string[] = [];
  private touched = false;
  private first = true;

  // The events that `piece` completes.
  push(piece: string): StreamEvent[] {
    this.buffer += piece;
    if (this.first && this.buffer) {
      this.buffer = this.buffer.replace(/^\uFEFF/, "");
      this.first = false;
    }
    if (this.buffer.length > LONGEST_BUFFER) throw new Error("a line of the event stream is too long");
    const events: StreamEvent[] = [];
    for (;;) {
      const end = this.buffer.search(/[\r\n]/);
      // A carriage return at the end may be half of a line end.
      if (end < 0 || (this.buffer[end] === "\r" && end === this.buffer.length - 1)) return events;
      const line = this.buffer.slice(0, end);
      this.buffer = this.buffer.slice(end + (this.buffer.startsWith("\r\n", end) ? 2 : 1));
      const event = this.line(line);
      if (event) events.push(event);
    }
  }

  private line(line: string): StreamEvent | undefined {
    if (line === "") return this.flush();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.data.push(value);
    else if (field === "event") this.type = value;
    else if (field === "id" && !value.includes("\0")) {
      this.id = value;
      this.touched = true;
    }
    return undefined;
  }

  private flush(): StreamEvent | undefined {
    const event = { id: this.id, type: this.type || "message", data: this.data.join("\n") };
    const worth = this.data.length > 0 || this.touched;
    this.data = [];
    this.type = "";
    this.touched = false;
    return worth ? event : undefined;
  }
}
