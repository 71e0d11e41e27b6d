module.exports = async (s) => {
  const account = await s.succeeded(s.api('AccountApi').accountGet());
  s.check(Number(account.balance) > 0, account);
};
