/** Boxes and arrows that lay themselves out: the one module that knows the graph libraries. Load it with its screen. */
import { Graph, layout } from '@dagrejs/dagre'
import { Background, BaseEdge, Controls, EdgeLabelRenderer, getBezierPath, getSmoothStepPath, Handle, MarkerType, Position, ReactFlow, ReactFlowProvider, useReactFlow, type Edge, type EdgeProps, type Node, type NodeProps } from '@xyflow/react'
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { useTheme } from '@/lib/theme'
import '@xyflow/react/dist/style.css'
import './canvas.css'

export interface Box { id: string; width: number; height: number; content: ReactNode; tone?: string }
export interface Arrow { id: string; from: string; to: string; label?: ReactNode; width?: number; tone?: string }
export interface CanvasProps {
  boxes: Box[]
  arrows: Arrow[]
  label: string
  /** What the zoom buttons are called. */
  words: { in: string; out: string; fit: string }
  /** Boxes stand in this order, line under line as the room allows, instead of being laid out by their arrows. */
  row?: boolean
  onBox?: (id: string) => void
  onArrow?: (id: string) => void
  /** A box was dragged beyond its neighbours: to which place in the row. */
  onOrder?: (id: string, to: number) => void
  /** An arrow was drawn. */
  onConnect?: (from: string, to: string) => void
}

type BoxNode = Node<{ box: Box; across: boolean; open: boolean }, 'box'>
type ArrowEdge = Edge<{ arrow: Arrow; bow: number; turns: boolean; onArrow: ((id: string) => void) | undefined }, 'arrow'>
const GAP = 56
const LINE = 88
const EDGE = 24
/** How small a graph may be drawn and still be read: on a phone it is rather moved. */
const smallest = (room: number) => (room < 500 ? 0.85 : 0.6)

function BoxView({ data, selected }: NodeProps<BoxNode>) {
  const { box, across, open } = data
  return (
    <div className="xj-box" data-box={box.id} data-tone={box.tone} data-selected={selected || undefined} style={{ width: box.width, height: box.height }}>
      <Handle type="target" position={across ? Position.Left : Position.Top} isConnectable={open} />
      {box.content}
      <Handle type="source" position={across ? Position.Right : Position.Bottom} isConnectable={open} />
    </div>
  )
}

function ArrowView({ id, data, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, markerEnd, selected }: EdgeProps<ArrowEdge>) {
  const arrow = data!.arrow
  const loop = arrow.from === arrow.to
  const back = !loop && data!.bow !== 0
  // Laid out from above, what goes back up bends aside, so that it does not lie on the way down.
  const turns = data!.turns && !loop
  const up = !loop && !back && !turns && targetY < sourceY
  const aside = 150 + (sourceY - targetY) * 0.15
  const [path, x, y] = turns ? (() => { const [line, labelX, labelY] = getSmoothStepPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, borderRadius: 12, offset: 18 }); return [line, labelX, labelY] as const })() : up ? [`M ${sourceX} ${sourceY} C ${sourceX + aside} ${sourceY + 70}, ${targetX + aside} ${targetY - 70}, ${targetX} ${targetY}`, (sourceX + targetX) / 2 + aside * 0.75, (sourceY + targetY) / 2] as const : loop
    ? [`M ${sourceX} ${sourceY} C ${sourceX + 90} ${sourceY + 50}, ${targetX + 90} ${targetY - 50}, ${targetX} ${targetY}`, sourceX + 68, (sourceY + targetY) / 2] as const
    : back ? [`M ${sourceX} ${sourceY} C ${sourceX + 40} ${sourceY + data!.bow}, ${targetX - 40} ${targetY + data!.bow}, ${targetX} ${targetY}`, (sourceX + targetX) / 2, (sourceY + targetY) / 2 + data!.bow * 0.75] as const
      : (() => { const [line, labelX, labelY] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition }); return [line, labelX, labelY] as const })()
  return (
    <>
      <BaseEdge id={id} path={path} {...(markerEnd ? { markerEnd } : {})} style={{ strokeWidth: arrow.width ?? 1.5 }} className={`xj-arrow xj-arrow--${arrow.tone ?? 'plain'}`} />
      {arrow.label !== undefined && (
        <EdgeLabelRenderer>
          <button type="button" tabIndex={-1} className="xj-arrow__label nodrag nopan" data-arrow={arrow.id} data-selected={selected || undefined} data-tone={arrow.tone} style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }} onClick={() => data!.onArrow?.(arrow.id)}>{arrow.label}</button>
        </EdgeLabelRenderer>
      )}
    </>
  )
}

const NODES = { box: BoxView }
const EDGES = { arrow: ArrowView }

/** How many boxes stand beside each other so that each can be read. */
export const perLine = (boxes: Box[], room: number) => Math.max(1, Math.floor((room - 2 * EDGE + GAP) / (Math.max(1, ...boxes.map((box) => box.width)) + GAP)))

/** Where each box stands: in lines of so many, or by its arrows with none. Pure. */
export function placed(boxes: Box[], arrows: Arrow[], line: number | null): Map<string, { x: number; y: number }> {
  if (line) { const [wide, tall] = [Math.max(0, ...boxes.map((box) => box.width)) + GAP, Math.max(0, ...boxes.map((box) => box.height)) + (line === 1 ? GAP : LINE)]; return new Map(boxes.map((box, at) => [box.id, { x: (at % line) * wide, y: Math.floor(at / line) * tall }] as const)) }
  const graph = new Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'TB', nodesep: 48, ranksep: 56, marginx: 16, marginy: 16 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const box of boxes) graph.setNode(box.id, { width: box.width, height: box.height })
  for (const arrow of arrows) if (arrow.from !== arrow.to) graph.setEdge(arrow.from, arrow.to, { weight: Math.max(1, Math.round(arrow.width ?? 1)), width: 90, height: 24, labelpos: 'c' }, arrow.id)
  layout(graph)
  return new Map(boxes.map((box) => { const at = graph.node(box.id) as { x: number; y: number }; return [box.id, { x: at.x - box.width / 2, y: at.y - box.height / 2 }] }))
}

/** What the boxes take up. */
function bounds(boxes: Box[], places: Map<string, { x: number; y: number }>) {
  const at = boxes.map((box) => ({ ...(places.get(box.id) ?? { x: 0, y: 0 }), box }))
  const left = Math.min(0, ...at.map((each) => each.x)), top = Math.min(0, ...at.map((each) => each.y))
  return { left, top, width: Math.max(0, ...at.map((each) => each.x + each.box.width)) - left, height: Math.max(0, ...at.map((each) => each.y + each.box.height)) - top }
}

function Inner({ boxes, arrows, label, words, line, room, onBox, onArrow, onOrder, onConnect }: Omit<CanvasProps, 'row'> & { line: number | null; room: number }) {
  const across = line !== null && line > 1
  const [, mode] = useTheme()
  const flow = useReactFlow()
  const shape = `${boxes.map((box) => `${box.id}:${box.width}x${box.height}`).join()}|${arrows.map((arrow) => arrow.id).join()}`
  const places = useMemo(() => placed(boxes, arrows, line), [shape, line])
  const [nodes, setNodes] = useState<BoxNode[]>([])
  useEffect(() => setNodes(boxes.map((box) => ({ id: box.id, type: 'box', position: places.get(box.id) ?? { x: 0, y: 0 }, data: { box, across, open: Boolean(onConnect) }, draggable: Boolean(onOrder), width: box.width, height: box.height, ariaLabel: box.id }))), [boxes, places, across, onOrder, onConnect])
  // Never smaller than it can be read: what does not fit is moved by hand, and the beginning is seen first.
  useEffect(() => {
    const timer = setTimeout(() => {
      const all = bounds(boxes, places)
      const zoom = Math.min(1, Math.max(smallest(room), (room - 2 * EDGE) / Math.max(1, all.width)))
      const first = places.get(boxes[0]?.id ?? '')
      const whole = all.width * zoom <= room
      void flow.setViewport({ zoom, x: whole ? (room - all.width * zoom) / 2 - all.left * zoom : room / 2 - ((first?.x ?? 0) + (boxes[0]?.width ?? 0) / 2) * zoom, y: EDGE + (across ? LINE / 2 : 0) - all.top * zoom })
    }, 30)
    return () => clearTimeout(timer)
  }, [shape, line, room, flow])
  const order = new Map(boxes.map((box, at) => [box.id, at]))
  const lineOf = (id: string) => Math.floor((order.get(id) ?? 0) / (line ?? 1))
  const edges: ArrowEdge[] = arrows.map((arrow) => {
    const step = (order.get(arrow.to) ?? 0) - (order.get(arrow.from) ?? 0)
    const turns = across && lineOf(arrow.from) !== lineOf(arrow.to)
    return { id: arrow.id, type: 'arrow', source: arrow.from, target: arrow.to, data: { arrow, bow: across && step !== 1 && !turns ? (step > 0 ? -60 - 22 * step : 60 - 22 * step) : 0, turns, onArrow }, markerEnd: { type: MarkerType.ArrowClosed, markerUnits: 'userSpaceOnUse', width: 26, height: 26, color: `var(--xj-arrow-${arrow.tone ?? 'plain'})` } }
  })
  const drop = (node: Node) => {
    // Beside the box of its line that it was dropped before; a line is as tall as a box and the gap below it.
    const before = (id: string) => { const at = places.get(id) ?? { x: 0, y: 0 }; const lines = Math.round((node.position.y - at.y) / (across ? 140 : 1e9)); return lines > 0 || (lines === 0 && (across ? at.x < node.position.x : at.y < node.position.y)) }
    const to = boxes.filter((box) => box.id !== node.id && before(box.id)).length
    if (to !== order.get(node.id)) onOrder?.(node.id, to)
    else setNodes((all) => all.map((each) => (each.id === node.id ? { ...each, position: places.get(each.id) ?? each.position } : each)))
  }
  return (
    <ReactFlow
      nodes={nodes} edges={edges} nodeTypes={NODES} edgeTypes={EDGES} colorMode={mode === 'dark' ? 'dark' : 'light'} aria-label={label} role="group"
      onNodesChange={(changes) => setNodes((all) => all.map((node) => { const change = changes.find((each) => each.type === 'position' && each.id === node.id); return change && 'position' in change && change.position ? { ...node, position: change.position } : node }))}
      onNodeDragStop={(_event, node) => drop(node)} onNodeClick={(_event, node) => onBox?.(node.id)} onEdgeClick={(_event, edge) => onArrow?.(edge.id)}
      onConnect={({ source, target }) => { if (source && target) onConnect?.(source, target) }}
      nodesConnectable={Boolean(onConnect)} nodesFocusable={false} edgesFocusable={false} zoomOnScroll={false} preventScrolling={false} ariaLabelConfig={{ 'controls.ariaLabel': label, 'controls.zoomIn.ariaLabel': words.in, 'controls.zoomOut.ariaLabel': words.out, 'controls.fitView.ariaLabel': words.fit }} minZoom={0.15} maxZoom={1.5} deleteKeyCode={null}
    >
      <Background gap={20} />
      <Controls showInteractive={false} {...(line === null ? {} : { position: 'top-right' as const, orientation: 'horizontal' as const })} />
    </ReactFlow>
  )
}

export default function Canvas({ row, ...props }: CanvasProps) {
  const { boxes, arrows } = props
  const frame = useRef<HTMLDivElement>(null)
  const [room, setRoom] = useState(0)
  useEffect(() => {
    const watcher = new ResizeObserver(([entry]) => setRoom(entry?.contentRect.width ?? 0))
    if (frame.current) watcher.observe(frame.current)
    return () => watcher.disconnect()
  }, [])
  const line = row ? perLine(boxes, room || 960) : null
  // A graph is as tall as it needs to be to be read without zooming.
  const tall = useMemo(() => {
    if (!boxes.length) return null
    const all = bounds(boxes, placed(boxes, arrows, line))
    const zoom = Math.min(1, Math.max(smallest(room), (room - 2 * EDGE) / Math.max(1, all.width)))
    return all.height * zoom + 2 * EDGE + (line ? LINE : 0)
  }, [boxes, arrows, line, room])
  return <div ref={frame} className={row ? 'xj-canvas xj-canvas--row' : 'xj-canvas'} style={tall ? ({ '--xj-graph': `${Math.round(tall)}px` } as React.CSSProperties) : undefined}><ReactFlowProvider><Inner {...props} line={line} room={room || 960} /></ReactFlowProvider></div>
}
