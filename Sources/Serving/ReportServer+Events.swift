import FlyingSocks
import Foundation

extension ReportServer {
    /// Tells a page what is on the board until it is closed, as Server-Sent Events.
    func sendEvents(after response: Response, to connection: AsyncSocket) async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try? await connection.write(response.head + Data("retry: 1000\n\n".utf8))
                for await notice in self.board.notices() {
                    guard let message = Self.message(notice), (try? await connection.write(message)) != nil else {
                        return
                    }
                }
            }
            tasks.addTask { [limits] in
                // What cannot be written to a page that is gone ends this, if nothing else has.
                while (try? await Task.sleep(for: limits.pulse)) != nil {
                    guard (try? await connection.write(Data(": here\n\n".utf8))) != nil else { return }
                }
            }
            tasks.addTask {
                while (try? await connection.read(atMost: 4096)) != nil {}
            }
            await tasks.next()
            tasks.cancelAll()
        }
    }

    private static func message(_ notice: NoticeBoard.Notice) -> Data? {
        guard let json = try? JSONEncoder().encode(notice) else { return nil }
        return Data("data: ".utf8) + json + Data("\n\n".utf8)
    }
}
