import { Type } from 'typebox'
import { Nullable, OneOf } from '../common.ts'
import { act } from './act.ts'
import { Nothing, Text, Title } from './fields.ts'

const labels = '/repos/:owner/:repo/labels'
const milestones = '/repos/:owner/:repo/milestones'
const LabelName = Type.String({ minLength: 1, maxLength: 50 })
const Color = Type.String({ pattern: '^[0-9a-fA-F]{6}$', description: 'Six hexadecimal digits' })
const Description = Type.String({ maxLength: 100 })

/** What people sort issues and pull requests by. */
export const labelActs = {
  'label.create': act({
    method: 'POST',
    path: labels,
    summary: 'Create a label',
    body: Type.Object({ name: LabelName, color: Color, description: Type.Optional(Description) }),
    right: 'push',
    answer: { is: 'label' },
    recall: { list: labels, same: ['name', 'color'] },
  }),
  'label.edit': act({
    method: 'PATCH',
    path: `${labels}/:name`,
    summary: 'Rename a label, or change its colour or description',
    body: Type.Object(
      {
        new_name: Type.Optional(LabelName),
        color: Type.Optional(Color),
        description: Type.Optional(Description),
      },
      { minProperties: 1 },
    ),
    right: 'push',
    answer: { is: 'label', renames: true },
    recall: { refusedWith: [404] },
  }),
  'label.delete': act({
    method: 'DELETE',
    path: `${labels}/:name`,
    summary: 'Delete a label: it goes from everything that carries it',
    body: Nothing,
    right: 'push',
    answer: { removes: 'label' },
    recall: { refusedWith: [404] },
  }),
  'milestone.create': act({
    method: 'POST',
    path: milestones,
    summary: 'Create a milestone',
    body: Type.Object({
      title: Title,
      description: Type.Optional(Text),
      due_on: Type.Optional(Nullable(Type.String({ format: 'date-time' }))),
    }),
    right: 'push',
    answer: { is: 'milestone' },
    recall: { list: `${milestones}?state=all`, by: 'creator', at: 'created_at', same: ['title'] },
  }),
  'milestone.edit': act({
    method: 'PATCH',
    path: `${milestones}/:number`,
    summary: 'Edit, close or reopen a milestone',
    body: Type.Object(
      {
        title: Type.Optional(Title),
        description: Type.Optional(Nullable(Text)),
        due_on: Type.Optional(Nullable(Type.String({ format: 'date-time' }))),
        state: Type.Optional(OneOf('open', 'closed')),
      },
      { minProperties: 1 },
    ),
    right: 'push',
    answer: { is: 'milestone' },
  }),
  'milestone.delete': act({
    method: 'DELETE',
    path: `${milestones}/:number`,
    summary: 'Delete a milestone: what is part of it stays',
    body: Nothing,
    right: 'push',
    answer: { removes: 'milestone' },
    recall: { refusedWith: [404] },
  }),
} as const
