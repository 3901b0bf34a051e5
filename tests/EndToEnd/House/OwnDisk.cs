namespace Ecs.EndToEnd.House;

/// <summary>A small disk in a folder, which only those see that share its mounts.</summary>
internal sealed class OwnDisk : IAsyncDisposable
{
    private readonly HeldShell _shell = new("--mount");
    private readonly string _folder;

    private OwnDisk(string folder) => _folder = folder;

    /// <summary>The process whose mounts have it.</summary>
    public int Process => _shell.Id;

    public static async Task<OwnDisk> MountAsync(string folder)
    {
        OwnEngineNeeds.AreMet();
        var disk = new OwnDisk(folder);
        await disk._shell.AskAsync($"mount -t tmpfs -o size=256k tmpfs {folder}");
        return disk;
    }

    /// <summary>Takes all the room that is left.</summary>
    public Task FillAsync() => _shell.AskAsync($"dd if=/dev/zero of={_folder}/filler bs=4k 2>/dev/null");

    /// <summary>Gives it back.</summary>
    public Task FreeAsync() => _shell.AskAsync($"rm {_folder}/filler");

    /// <summary>What stands in a file on it.</summary>
    public Task<string> ReadAsync(string file) => _shell.AskAsync($"cat {_folder}/{file}");

    public ValueTask DisposeAsync() => _shell.DisposeAsync();
}
