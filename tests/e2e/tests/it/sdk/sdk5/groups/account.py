def run(s):
    account = s.succeeded(s.api('AccountApi').account_get())
    s.check(float(account['balance']) > 0, account)
