import clicksend_client as c


def run(s):
    countries = s.succeeded(s.api('CountriesApi').countries_get())
    s.check({'code': 'AU', 'value': 'Australia'} in countries, countries)

    api = s.api('GlobalSendingApi')
    by_code = {country['code']: country['id'] for country in s.succeeded(api.list_countries_get())}
    wanted = [by_code['AU'], by_code['NZ']]
    s.succeeded(api.user_countries_post(c.CountryListIds(country_list_ids=wanted)))
    selected = s.succeeded(api.user_countries_get())
    s.check({country['id'] for country in selected} == set(wanted), selected)
    s.succeeded(api.user_countries_agree_post())
    # The other groups send elsewhere.
    s.succeeded(api.user_countries_post(c.CountryListIds(country_list_ids=[])))

    s.check('Australia/Melbourne' in s.succeeded(s.api('TimezonesApi').timezones_get()), 'time zones')
