const { Handset, empty } = require('./handset.js');
const { SignIn } = require('./sign_in.js');

// Longer than the handset waits.
jest.setTimeout(20_000);
beforeEach(empty);

test('the code signs in, once', async () => {
  const [signIn, handset] = [new SignIn(), new Handset('+15551234567')];
  await signIn.begin(handset.number);
  const code = await handset.code();
  expect(signIn.finish(handset.number, code)).toBe(true);
  expect(signIn.finish(handset.number, code)).toBe(false);
});

test('whoever answers no is not signed in', async () => {
  const [signIn, handset] = [new SignIn(), new Handset('+15551234567')];
  await signIn.begin(handset.number);
  const code = await handset.code();
  await handset.reply('No');
  await signIn.readReplies();
  expect(signIn.finish(handset.number, code)).toBe(false);
});
