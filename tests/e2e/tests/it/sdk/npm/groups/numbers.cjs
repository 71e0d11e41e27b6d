module.exports = async (s) => {
  const api = s.api('NumberApi');
  const onSale = async () => (await s.succeeded(api.numbersSearchByCountryGet('NZ'))).data.map((row) => row.dedicated_number);
  const [number] = await onSale();
  await s.succeeded(api.numbersBuyByDedicatedNumberPost(number));
  const mine = await s.succeeded(api.numbersGet());
  s.check(mine.data.some((row) => row.dedicated_number === number), mine);
  s.check(!(await onSale()).includes(number), 'it is off the shelf');
};
