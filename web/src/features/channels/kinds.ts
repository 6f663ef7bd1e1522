/** What each kind of channel asks for and what its platform allows. */

export interface Setting { name: string; secret?: boolean; required?: boolean; options?: string[]; flag?: boolean; number?: boolean; example?: string }
export interface ChannelKind { settings: Setting[]; limits: string }

export const CHANNELS: Record<string, ChannelKind> = {
  wecom_robot: { limits: 'wecom', settings: [{ name: 'url', secret: true, required: true, example: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…' }, { name: 'show_contacts', flag: true }] },
  dingtalk_robot: { limits: 'dingtalk', settings: [{ name: 'url', secret: true, required: true, example: 'https://oapi.dingtalk.com/robot/send?access_token=…' }, { name: 'secret', secret: true, example: 'SEC…' }, { name: 'keyword' }, { name: 'show_contacts', flag: true }] },
  feishu_robot: { limits: 'feishu', settings: [{ name: 'url', secret: true, required: true, example: 'https://open.feishu.cn/open-apis/bot/v2/hook/…' }, { name: 'secret', secret: true }, { name: 'keyword' }, { name: 'show_contacts', flag: true }] },
  email: { limits: 'email', settings: [{ name: 'host', required: true, example: 'smtp.example.com' }, { name: 'port', number: true, example: '465' }, { name: 'security', options: ['starttls', 'tls', 'none'] }, { name: 'username' }, { name: 'password', secret: true }, { name: 'sender', required: true, example: 'sales@example.com' }] },
  webhook: { limits: 'webhook', settings: [{ name: 'url', required: true, example: 'https://…' }, { name: 'secret', secret: true, required: true, example: 'whsec_…' }] },
}

/** A stored secret leaves the server as a mask; sent back, it stays what it was. */
export const isMask = (value: unknown) => typeof value === 'string' && /^[•*]+/.test(value)
