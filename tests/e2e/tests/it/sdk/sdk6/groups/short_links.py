import urllib.request

PHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1'


class Stay(urllib.request.HTTPRedirectHandler):
    """Looks where a link leads without going there."""

    def redirect_request(self, *_):
        return None


def run(s):
    api, sms = s.api('UrlShorteningApi'), s.api('SmsApi')
    message = {'to': '+15551234567', 'body': 'Look: https://example.com/sale?a=1'}
    sent = s.succeeded(sms.send_sms(send_sms_request={'shorten_urls': True, 'messages': [message]}))
    row = sent.data.messages[0]
    link = row.body.removeprefix('Look: ')
    s.check('/s/' in link, row)
    for _ in range(2):
        try:
            urllib.request.build_opener(Stay).open(urllib.request.Request(link, headers={'User-Agent': PHONE}))
        except urllib.error.HTTPError as moved:
            s.check((moved.code, moved.headers['Location']) == (302, 'https://example.com/sale?a=1'), link)
    statistics = api.short_url_get_statistics(source='quick_sms', source_id=row.message_id)
    one = statistics.data[0]
    s.check((one.links.total, one.links.opened_unique, one.links.opened_total) == (1, 1, 2), statistics)
    s.check([(share.label, share.count) for share in one.device] == [('Mobile', 2)], one)
    tracking = api.short_url_get_tracking(long_url_id=one.long_url_id)
    s.check([(link.open_count, link.contact.phone_number) for link in tracking.data] == [(2, '+15551234567')], tracking)
    s.refused(404, api.short_url_get_tracking, long_url_id=999999)
