module.exports = async (s) => {
  const countries = await s.succeeded(s.api('CountriesApi').countriesGet());
  s.check(countries.some(({ code, value }) => code === 'AU' && value === 'Australia'), countries);

  const api = s.api('GlobalSendingApi');
  const listed = await s.succeeded(api.listCountriesGet());
  const wanted = listed.filter(({ code }) => ['AU', 'NZ'].includes(code)).map(({ id }) => id);
  await s.succeeded(api.userCountriesPost(s.model('CountryListIds', { countryListIds: wanted })));
  const selected = await s.succeeded(api.userCountriesGet());
  s.check(selected.length === 2 && selected.every(({ id }) => wanted.includes(id)), selected);
  await s.succeeded(api.userCountriesAgreePost());
  // The other groups send elsewhere.
  await s.succeeded(api.userCountriesPost(s.model('CountryListIds', { countryListIds: [] })));

  const zones = await s.succeeded(s.api('TimezonesApi').timezonesGet());
  s.check(zones.includes('Australia/Melbourne'), zones);
};
