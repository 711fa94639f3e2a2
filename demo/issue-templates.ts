/** What every repository of the demo asks of whoever opens something there, by path. */
export const issueTemplates: ReadonlyMap<string, string> = new Map([
  [
    '.github/ISSUE_TEMPLATE/config.yml',
    `blank_issues_enabled: true
contact_links:
  - name: Questions about tides
    url: https://harborline.example/ask
    about: Ask the harbour office; somebody answers within a day.
`,
  ],
  [
    '.github/ISSUE_TEMPLATE/1-bug.yml',
    `name: Something is wrong
description: Water levels, ships or pages that are not as they should be
title: "Wrong: "
labels: [bug]
assignees: []
body:
  - type: markdown
    attributes:
      value: Thank you! **Look first** whether somebody has said it already.
  - type: input
    id: station
    attributes:
      label: Station
      description: Its number, as on the chart
      placeholder: "2179"
    validations:
      required: true
  - type: textarea
    id: happened
    attributes:
      label: What happened?
      value: |
        1. I looked at …
        2. It said …
    validations:
      required: true
  - type: dropdown
    id: where
    attributes:
      label: Where did you see it?
      multiple: true
      options: [Website, Pilot app, API]
  - type: dropdown
    id: since
    attributes:
      label: Since when?
      options: [Today, This week, Longer]
      default: 0
  - type: textarea
    id: log
    attributes:
      label: Log
      description: What the program said, if you have it
      render: shell
  - type: upload
    id: pictures
    attributes:
      label: Pictures
      description: Of the page or of the gauge
  - type: checkboxes
    id: terms
    attributes:
      label: Before you send it
      options:
        - label: I have looked for the same issue
          required: true
        - label: I can help to mend it
`,
  ],
  [
    '.github/ISSUE_TEMPLATE/2-idea.md',
    `---
name: An idea
about: Something that should be there and is not
title: "Idea: "
labels: enhancement
assignees: ''
---

**What is missing?**


**Who would use it?**

`,
  ],
  [
    '.github/pull_request_template.md',
    `## What changes

## How to see it

- [ ] Looked at on a phone
`,
  ],
])
