export const errors = {
  errors: {
    join: '; ', unexpected: 'Something went wrong, please try again', unknown_code: 'This did not work ({{code}})', who_can: 'Who can help: {{who}}.', who: { owner: 'the owner', manager: 'the manager', admin: 'an administrator', supervisor: 'the supervisor' }, not_money: 'Write an amount, such as 150000',
    longer_than: 'At most {{most}} characters, now {{count}}', network: 'The server cannot be reached. Check the network and try again', server_error: 'The server failed; it has been noted. Please try again later', http_0: 'The server cannot be reached. Check the network and try again', http_400: 'Something in it is not right, please check', http_401: 'Please sign in first', http_403: 'You may not do this', http_404: 'Not found; it may have been deleted', http_409: 'Things have changed; refresh and try again', http_412: 'Someone has just changed it; refresh and try again', http_413: 'Too large', http_422: 'Something in it is not right, please check', http_429: 'Too fast, please try again shortly', http_503: 'Not available for the moment, please try again later',
    definition_syntax: 'Not well formed: {{detail}}', definition_not_a_document: 'A document of keys and values is needed here, not a single value or list',
  },
}
