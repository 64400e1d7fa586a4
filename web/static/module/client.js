const socket = io({
  auth: {
    token: "ABC-123",
    name: "John Doe",
  },
});
