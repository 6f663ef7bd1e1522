/** Moving things by pointer, touch and keyboard: the one module that knows the drag library. Load it with its route. */
import { closestCenter, DndContext, DragOverlay, KeyboardSensor, pointerWithin, PointerSensor, TouchSensor, useDraggable, useDroppable, useSensor, useSensors, type CollisionDetection, type DragEndEvent } from '@dnd-kit/core'
import { useState, type ReactNode } from 'react'
import { useTongue } from '@/lib/text'
import './dnd.css'

interface DragAreaProps {
  children: ReactNode
  /** The thing dragged reached a place. */
  onMove: (id: string, to: string) => void
  /** Names of things and places, for announcements. */
  nameOf: (id: string) => string
  overlay?: (id: string) => ReactNode
  onStart?: (id: string) => void
}

// A pointer counts where it is; keys and what lies between places go by the nearest.
const reach: CollisionDetection = (args) => { const under = pointerWithin(args); return under.length ? under : closestCenter(args) }

export function DragArea({ children, onMove, nameOf, overlay, onStart }: DragAreaProps) {
  const { t } = useTongue()
  const [moving, setMoving] = useState<string | null>(null)
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 6 } }), useSensor(TouchSensor, { activationConstraint: { delay: 180, tolerance: 8 } }), useSensor(KeyboardSensor))
  const end = ({ active, over }: DragEndEvent) => { setMoving(null); if (over && over.id !== active.id) onMove(String(active.id), String(over.id)) }
  return (
    <DndContext sensors={sensors} collisionDetection={reach} onDragStart={({ active }) => { setMoving(String(active.id)); onStart?.(String(active.id)) }} onDragCancel={() => setMoving(null)} onDragEnd={end}
      accessibility={{
        screenReaderInstructions: { draggable: t('drag.how') },
        announcements: {
          onDragStart: ({ active }) => t('drag.lifted', { name: nameOf(String(active.id)) }),
          onDragOver: ({ active, over }) => (over ? t('drag.over', { name: nameOf(String(active.id)), place: nameOf(String(over.id)) }) : t('drag.nowhere', { name: nameOf(String(active.id)) })),
          onDragEnd: ({ active, over }) => (over ? t('drag.dropped', { name: nameOf(String(active.id)), place: nameOf(String(over.id)) }) : t('drag.cancelled', { name: nameOf(String(active.id)) })),
          onDragCancel: ({ active }) => t('drag.cancelled', { name: nameOf(String(active.id)) }),
        },
      }}>
      {children}
      <DragOverlay dropAnimation={null}>{moving && overlay ? overlay(moving) : null}</DragOverlay>
    </DndContext>
  )
}

/** Something that can be moved; `handle` gets what its grip needs. */
export function Movable({ id, disabled, className, label, children }: { id: string; disabled?: boolean; className?: string; label: string; children: (grip: Record<string, unknown>) => ReactNode }) {
  const { attributes, listeners, setNodeRef, isDragging } = useDraggable({ id, disabled: disabled ?? false })
  const { t } = useTongue()
  return <div ref={setNodeRef} className={className} data-moving={isDragging || undefined}>{children(disabled ? {} : { ...attributes, ...listeners, 'aria-roledescription': t('drag.movable'), 'aria-label': t('drag.move', { name: label }) })}</div>
}

export function Place({ id, className, children, ...rest }: { id: string; className?: string; children?: ReactNode } & Record<string, unknown>) {
  const { setNodeRef, isOver } = useDroppable({ id })
  return <div ref={setNodeRef} className={className} data-over={isOver || undefined} {...rest}>{children}</div>
}
