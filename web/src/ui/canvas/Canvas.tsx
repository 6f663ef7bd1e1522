/** Boxes and arrows that lay themselves out: the one module that knows the graph libraries. Load it with its screen. */
import { Graph, layout } from '@dagrejs/dagre'
import { Background, BaseEdge, Controls, EdgeLabelRenderer, getBezierPath, Handle, MarkerType, Position, ReactFlow, ReactFlowProvider, useReactFlow, type Edge, type EdgeProps, type Node, type NodeProps } from '@xyflow/react'
import { useEffect, useMemo, useState, type ReactNode } from 'react'
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
  /** Boxes stand in this order from left to right instead of being laid out by their arrows. */
  row?: boolean
  onBox?: (id: string) => void
  onArrow?: (id: string) => void
  /** A box was dragged beyond its neighbours: to which place in the row. */
  onOrder?: (id: string, to: number) => void
  /** An arrow was drawn. */
  onConnect?: (from: string, to: string) => void
}

type BoxNode = Node<{ box: Box; row: boolean; open: boolean }, 'box'>
type ArrowEdge = Edge<{ arrow: Arrow; bow: number; onArrow: ((id: string) => void) | undefined }, 'arrow'>
const GAP = 56

function BoxView({ data, selected }: NodeProps<BoxNode>) {
  const { box, row, open } = data
  return (
    <div className="xj-box" data-box={box.id} data-tone={box.tone} data-selected={selected || undefined} style={{ width: box.width, height: box.height }}>
      <Handle type="target" position={row ? Position.Left : Position.Top} isConnectable={open} />
      {box.content}
      <Handle type="source" position={row ? Position.Right : Position.Bottom} isConnectable={open} />
    </div>
  )
}

function ArrowView({ id, data, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, markerEnd, selected }: EdgeProps<ArrowEdge>) {
  const arrow = data!.arrow
  const loop = arrow.from === arrow.to
  const back = !loop && data!.bow !== 0
  // Laid out from above, what goes back up bends aside, so that it does not lie on the way down.
  const up = !loop && !back && targetY < sourceY
  const aside = 150 + (sourceY - targetY) * 0.15
  const [path, x, y] = up ? [`M ${sourceX} ${sourceY} C ${sourceX + aside} ${sourceY + 70}, ${targetX + aside} ${targetY - 70}, ${targetX} ${targetY}`, (sourceX + targetX) / 2 + aside * 0.75, (sourceY + targetY) / 2] as const : loop
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

/** Where each box stands. Pure. */
export function placed(boxes: Box[], arrows: Arrow[], row: boolean): Map<string, { x: number; y: number }> {
  if (row) { let x = 0; return new Map(boxes.map((box) => { const at = { x, y: 0 }; x += box.width + GAP; return [box.id, at] as const })) }
  const graph = new Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'TB', nodesep: 48, ranksep: 56, marginx: 16, marginy: 16 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const box of boxes) graph.setNode(box.id, { width: box.width, height: box.height })
  for (const arrow of arrows) if (arrow.from !== arrow.to) graph.setEdge(arrow.from, arrow.to, { weight: Math.max(1, Math.round(arrow.width ?? 1)), width: 90, height: 24, labelpos: 'c' }, arrow.id)
  layout(graph)
  return new Map(boxes.map((box) => { const at = graph.node(box.id) as { x: number; y: number }; return [box.id, { x: at.x - box.width / 2, y: at.y - box.height / 2 }] }))
}

function Inner({ boxes, arrows, label, words, row = false, onBox, onArrow, onOrder, onConnect }: CanvasProps) {
  const [, mode] = useTheme()
  const flow = useReactFlow()
  const shape = `${boxes.map((box) => `${box.id}:${box.width}x${box.height}`).join()}|${arrows.map((arrow) => arrow.id).join()}`
  const places = useMemo(() => placed(boxes, arrows, row), [shape, row])
  const [nodes, setNodes] = useState<BoxNode[]>([])
  useEffect(() => setNodes(boxes.map((box) => ({ id: box.id, type: 'box', position: places.get(box.id) ?? { x: 0, y: 0 }, data: { box, row, open: Boolean(onConnect) }, draggable: Boolean(onOrder), width: box.width, height: box.height, ariaLabel: box.id }))), [boxes, places, row, onOrder, onConnect])
  useEffect(() => { const timer = setTimeout(() => void flow.fitView({ padding: 0.1, maxZoom: 1 }), 30); return () => clearTimeout(timer) }, [shape, flow])
  const order = new Map(boxes.map((box, at) => [box.id, at]))
  const edges: ArrowEdge[] = arrows.map((arrow) => {
    const step = (order.get(arrow.to) ?? 0) - (order.get(arrow.from) ?? 0)
    return { id: arrow.id, type: 'arrow', source: arrow.from, target: arrow.to, data: { arrow, bow: row && step !== 1 ? (step > 0 ? -60 - 22 * step : 60 - 22 * step) : 0, onArrow }, markerEnd: { type: MarkerType.ArrowClosed, color: `var(--xj-arrow-${arrow.tone ?? 'plain'})` } }
  })
  const drop = (node: Node) => {
    const middle = node.position.x + (node.measured?.width ?? node.width ?? 0) / 2
    const others = boxes.filter((box) => box.id !== node.id).map((box) => (places.get(box.id)?.x ?? 0) + box.width / 2)
    const to = others.filter((x) => x < middle).length
    if (to !== order.get(node.id)) onOrder?.(node.id, to)
    else setNodes((all) => all.map((each) => (each.id === node.id ? { ...each, position: places.get(each.id) ?? each.position } : each)))
  }
  return (
    <ReactFlow
      nodes={nodes} edges={edges} nodeTypes={NODES} edgeTypes={EDGES} colorMode={mode === 'dark' ? 'dark' : 'light'} aria-label={label} role="group"
      onNodesChange={(changes) => setNodes((all) => all.map((node) => { const change = changes.find((each) => each.type === 'position' && each.id === node.id); return change && 'position' in change && change.position ? { ...node, position: change.position } : node }))}
      onNodeDragStop={(_event, node) => drop(node)} onNodeClick={(_event, node) => onBox?.(node.id)} onEdgeClick={(_event, edge) => onArrow?.(edge.id)}
      onConnect={({ source, target }) => { if (source && target) onConnect?.(source, target) }}
      nodesConnectable={Boolean(onConnect)} nodesFocusable={false} edgesFocusable={false} zoomOnScroll={false} preventScrolling={false} ariaLabelConfig={{ 'controls.ariaLabel': label, 'controls.zoomIn.ariaLabel': words.in, 'controls.zoomOut.ariaLabel': words.out, 'controls.fitView.ariaLabel': words.fit }} minZoom={0.15} maxZoom={1.5} fitView deleteKeyCode={null}
    >
      <Background gap={20} />
      <Controls showInteractive={false} />
    </ReactFlow>
  )
}

export default function Canvas(props: CanvasProps) {
  // A graph is as tall as it needs to be to be read without zooming.
  const { boxes, arrows, row } = props
  const tall = useMemo(() => { if (row || !boxes.length) return null; const places = placed(boxes, arrows, false); return Math.max(...boxes.map((box) => (places.get(box.id)?.y ?? 0) + box.height)) * 1.25 }, [boxes, arrows, row])
  return <div className="xj-canvas" style={tall ? ({ '--xj-graph': `${Math.round(tall)}px` } as React.CSSProperties) : undefined}><ReactFlowProvider><Inner {...props} /></ReactFlowProvider></div>
}
