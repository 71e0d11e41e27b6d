def run(s):
    api = s.api('InternationalMessagingApi')
    countries = s.succeeded(api.view_countries())
    s.check(any(country.code == 'AU' and country.value == 'Australia' for country in countries.data), countries)

    listed = s.succeeded(api.list_countries())
    by_code = {country.code: country.id for country in listed.data}
    wanted = [by_code['AU'], by_code['NZ']]
    s.succeeded(api.select_countries_for_global_sending(select_countries_for_global_sending_request={'country_list_ids': wanted}))
    selected = s.succeeded(api.get_countries_for_global_sending())
    s.check({country.id for country in selected.data} == set(wanted), selected)
    s.succeeded(api.agree_to_rules_and_regulation())
    s.succeeded(api.select_countries_for_global_sending(select_countries_for_global_sending_request={'country_list_ids': wanted[:1]}))
    selected = s.succeeded(api.get_countries_for_global_sending())
    s.check([country.id for country in selected.data] == wanted[:1], selected)
    refused = s.succeeded(s.api('SmsApi').send_sms(send_sms_request={'messages': [{'to': '+15551234567', 'body': 'abroad'}]}))
    s.check(refused.data.messages[0].status == 'COUNTRY_NOT_ENABLED' and refused.data.blocked_count == 1, refused)
    # The other groups send elsewhere.
    s.succeeded(api.select_countries_for_global_sending(select_countries_for_global_sending_request={'country_list_ids': []}))

    zones = s.succeeded(api.timezones())
    s.check('Australia/Melbourne' in zones.data, zones)
