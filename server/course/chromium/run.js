// Runs the page's program and tells the test runner what it writes and how it ends.
"use strict";

(() => {
	const tell = globalThis.wslabTell;

	// One character a byte: what is written need not be UTF-8.
	const bytes = (buf) => {
		let s = "";
		for (let i = 0; i < buf.length; i += 8192) {
			s += String.fromCharCode(...buf.subarray(i, i + 8192));
		}
		return s;
	};

	const write = (_, buf) => (tell("out:" + bytes(buf)), buf.length);

	// Answers come later, as those of a real file system do. One that comes during the call would run
	// on the goroutine that asked, which Go does not allow in a bubble of testing/synctest.
	const later = (callback, ...answer) => queueMicrotask(() => callback(...answer));

	// A browser has no files: none is found, which programs expect more than "not implemented".
	const noSuchFile = (...args) => {
		later(args.at(-1), Object.assign(new Error("no such file or directory"), { code: "ENOENT" }));
	};
	globalThis.fs.constants.O_DIRECTORY = 0o200000; // -1 stands for Windows, where Go opens no folder
	Object.assign(globalThis.fs, {
		writeSync: write,
		write: (fd, buf, offset, length, position, callback) => later(callback, null, write(fd, buf)),
		open: noSuchFile,
		stat: noSuchFile,
		lstat: noSuchFile,
		readdir: noSuchFile,
	});

	const fail = (why) => tell("fail:" + why);
	addEventListener("error", (e) => fail(e.message));
	addEventListener("unhandledrejection", (e) => fail(e.reason));

	const run = async () => {
		const { args, env } = await (await fetch("start.json")).json();
		const go = new Go();
		go.argv = ["program", ...(args ?? [])];
		go.env = env ?? {};
		go.exit = (code) => tell("exit:" + code);
		const { instance } = await WebAssembly.instantiateStreaming(fetch("program.wasm"), go.importObject);
		await go.run(instance);
	};
	run();
})();
