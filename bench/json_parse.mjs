// Sums the usage of all transcripts given as arguments with JSON.parse, line by line.
import { createReadStream } from "node:fs";

const sums = { requests: 0, failed: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

function take(line) {
  const { message } = JSON.parse(line);
  if (message?.role !== "assistant" || !message.usage) return;
  sums.requests += 1;
  if (message.stopReason === "error") sums.failed += 1;
  for (const key of ["input", "output", "cacheRead", "cacheWrite"]) sums[key] += message.usage[key];
}

for (const path of process.argv.slice(2)) {
  let pending = [];
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    let begin = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, begin)) {
      pending.push(chunk.subarray(begin, end));
      take(Buffer.concat(pending).toString());
      pending = [];
      begin = end + 1;
    }
    pending.push(chunk.subarray(begin));
  }
}
console.log(JSON.stringify(sums));
