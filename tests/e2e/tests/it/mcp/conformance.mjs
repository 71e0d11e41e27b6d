// Runs the conformance suite against a server that wants a key, through a relay that presents it and changes nothing else.
import { spawn } from "node:child_process";
import http from "node:http";

const { SUITE, EXPECTED, TARGET, KEY } = process.env;

const relay = http.createServer((request, response) => {
  const headers = { ...request.headers, authorization: `Bearer ${KEY}` };
  const onward = http.request(`${TARGET}${request.url}`, { method: request.method, headers, setHost: false }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  request.pipe(onward);
});

relay.listen(0, "127.0.0.1", () => {
  const url = `http://localhost:${relay.address().port}/mcp`;
  const suite = spawn(process.execPath, [SUITE, "server", "--url", url, "--expected-failures", EXPECTED], { stdio: "inherit" });
  suite.on("exit", (code) => {
    relay.close();
    relay.closeAllConnections();
    process.exitCode = code ?? 1;
  });
});
