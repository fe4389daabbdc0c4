// Loaded before the program of a child process (`node --import`). The channel to the parent closes when the
// parent is gone, however it ended; without this a killed `npm start` would leave its children on their ports.
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
});
process.channel?.unref();
