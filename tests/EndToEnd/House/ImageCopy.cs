namespace Ecs.EndToEnd.House;

/// <summary>An image of the machine's own engine, put into another.</summary>
internal static class ImageCopy
{
    /// <summary>Saves it here and loads it there.</summary>
    public static async Task PutAsync(string image, Uri host)
    {
        using var here = new Engine();
        using var there = new Engine(host);
        await using var saved = await here.Client.Images.SaveImageAsync(image);
        await there.Client.Images.LoadImageAsync(
            new Docker.DotNet.Models.ImageLoadParameters { Quiet = true },
            saved,
            new Progress<Docker.DotNet.Models.JSONMessage>());
    }
}
