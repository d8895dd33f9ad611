import { expect, test } from 'vitest'
import { passwordShape } from '../../src/doctor/password-shape.ts'

test.each([
  ['quotation marks', '"one"', /^is in quotation marks/],
  ['white space before it', ' one', /^begins or ends with white space/],
  ['white space behind it', 'one\t', /^begins or ends with white space/],
  ['an object of JSON', '{"username":"app","password":"one"}', /^is a JSON object/],
  ['a URL', 'postgresql://app:o%3Ae@db.example/orders', /^is a URL/],
  ['two lines', 'one\n# of the orders', /^has several lines/],
  ['percent-encoding', 'o%3Ae', /^has percent-encoding/],
  ['a template', '{{ password }}', /^is a placeholder/],
  ['a variable', '$DB_PASSWORD', /^is a placeholder/],
  ['a word for nothing', 'undefined', /^is a placeholder/],
  ['angle brackets', '<password>', /^is a placeholder/],
])('passwordShape: %s → the suspicion', (_, password, told) => {
  expect(passwordShape(password)).toMatch(told)
})

test.each(['one', 'a b', 'k&7 %x/ü', '"one', "it's", 'a:b//c', '100%', '{one', '$one$', '<a>b'])(
  'passwordShape: an ordinary password such as %s → no suspicion',
  (password) => {
    expect(passwordShape(password)).toBeUndefined()
  },
)
