def run(s):
    api = s.api('NumberApi')
    page = s.succeeded(api.numbers_search_by_country_get('AU', page=1, limit=20))
    number = page['data'][0]['dedicated_number']
    s.succeeded(api.numbers_buy_by_dedicated_number_post(number))
    mine = s.succeeded(api.numbers_get(page=1, limit=100))
    s.check(number in [row['dedicated_number'] for row in mine['data']], mine)
    page = s.succeeded(api.numbers_search_by_country_get('AU', page=1, limit=20))
    s.check(number not in [row['dedicated_number'] for row in page['data']], page)
